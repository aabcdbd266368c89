-- The dimensions that analysts join to a code or a day, made from the code lists whenever these are loaded; and the name
-- of the delivered file for what was loaded before it was kept.
-- Labels for the label views: one row per code, with the names that it had in other periods beside it.
create table code.label (
    list      text not null,
    code      text not null,
    label_zh  text not null,
    label_en  text not null,
    starts    date[],
    ends      date[],
    labels_zh text[],
    labels_en text[],
    primary key (list, code)
);
comment on table code.label is 'One row per code of every list: its latest label, and those of each period where they differ 每个代码一行：最新名称及各时期名称';
comment on column code.label.list      is 'Name of the code list 代码表名称';
comment on column code.label.code      is 'Code 代码';
comment on column code.label.label_zh  is 'Latest label in Chinese, else in English, else the code 最新中文名称，缺时取英文名称或代码';
comment on column code.label.label_en  is 'Latest label in English, else in Chinese, else the code 最新英文名称，缺时取中文名称或代码';
comment on column code.label.starts    is 'First day of each period, 0001-01-01 where none is known; null: the code always had this label 各时期首日（不详为 0001-01-01），空为名称未变';
comment on column code.label.ends      is 'First day after each period; null: it goes on 各时期后一日，空为仍有效';
comment on column code.label.labels_zh is 'Label of each period in Chinese 各时期中文名称';
comment on column code.label.labels_en is 'Label of each period in English 各时期英文名称';

-- Every period of every division, and which codes its area has today.
create table mart.region_period (
    region_code  text not null,
    label_zh     text not null,
    label_en     text not null,
    valid_from   date,
    valid_to     date,
    became_codes text[] not null,
    current_code text,
    constraint region_period_once unique nulls not distinct (region_code, valid_from)
);
comment on table mart.region_period is 'Every period of every division: a code may have been given to two places; join it by code and day 行政区划各时期，同一代码可先后属于两地，按代码与日期关联';
comment on column mart.region_period.region_code  is 'Code of the division (GB/T 2260) 行政区划代码';
comment on column mart.region_period.label_zh     is 'Name in Chinese in the period 该时期中文名称';
comment on column mart.region_period.label_en     is 'Name in English in the period 该时期英文名称';
comment on column mart.region_period.valid_from   is 'First day of the period; null: no earlier change is known 时期首日，空为此前无变更';
comment on column mart.region_period.valid_to     is 'First day after the period; null: it goes on 时期后一日，空为仍有效';
comment on column mart.region_period.became_codes is 'Codes in force that it became, itself included; several: it was divided; none: not known 现行代码，含自身；多个为已拆分，无为不详';
comment on column mart.region_period.current_code is 'The code in force that it became, where it is one: roll up by it 对应的唯一现行代码，用于汇总';

create table mart.region (
    region_code       text primary key,
    label_zh          text not null,
    label_en          text not null,
    level             text not null check (level in ('province', 'city', 'county', 'group')),
    parent_code       text,
    province_code     text not null,
    province_label_zh text,
    province_label_en text,
    city_code         text,
    city_label_zh     text,
    city_label_en     text,
    county_code       text,
    county_label_zh   text,
    county_label_en   text,
    valid_from        date,
    valid_to          date,
    is_current        boolean not null,
    became_codes      text[] not null,
    current_code      text,
    unit_code         text,
    unit_label_zh     text,
    unit_label_en     text,
    tile_col          smallint,
    tile_row          smallint,
    constraint a_tile_has_two_coordinates check ((tile_col is null) = (tile_row is null))
);
comment on table mart.region is 'Divisions, one row per code in its latest meaning; join region_code 行政区划，每个代码一行（最新含义），按 region_code 关联';
comment on column mart.region.region_code       is 'Code of the division (GB/T 2260); join core and mart region_code 行政区划代码';
comment on column mart.region.label_zh          is 'Name in Chinese 中文名称';
comment on column mart.region.label_en          is 'Name in English 英文名称';
comment on column mart.region.level             is 'province; city (prefecture level); county; group: a code that only groups others, no place 层级：省、地级、县级；group 为仅作分组的代码';
comment on column mart.region.parent_code       is 'Code one level up 上级代码';
comment on column mart.region.province_code     is 'Province that it lies in 所属省级代码';
comment on column mart.region.province_label_zh is 'Name of the province in Chinese 省级中文名称';
comment on column mart.region.province_label_en is 'Name of the province in English 省级英文名称';
comment on column mart.region.city_code         is 'City (prefecture level) that it is or lies in; null for a province and for a county directly under one 所属地级代码，省及省直辖县级为空';
comment on column mart.region.city_label_zh     is 'Name of the city in Chinese 地级中文名称';
comment on column mart.region.city_label_en     is 'Name of the city in English 地级英文名称';
comment on column mart.region.county_code       is 'County that it is; null above 县级代码，以上层级为空';
comment on column mart.region.county_label_zh   is 'Name of the county in Chinese 县级中文名称';
comment on column mart.region.county_label_en   is 'Name of the county in English 县级英文名称';
comment on column mart.region.valid_from        is 'First day of the latest period; null: no earlier change is known 最近时期首日';
comment on column mart.region.valid_to          is 'First day after it; null: in force 最近时期后一日，空为现行';
comment on column mart.region.is_current        is 'Whether the code is in force 是否现行';
comment on column mart.region.became_codes      is 'Codes in force that it became, itself included; several: it was divided; none: not known 现行代码，含自身；多个为已拆分，无为不详';
comment on column mart.region.current_code      is 'The code in force that it became, where it is one: roll up by it 对应的唯一现行代码，用于汇总';
comment on column mart.region.unit_code         is 'City, or county directly under the province, of the code in force: the 19 units of Hainan 现行地级或省直辖县级单位（海南 19 市县）';
comment on column mart.region.unit_label_zh     is 'Name of the unit in Chinese 该单位中文名称';
comment on column mart.region.unit_label_en     is 'Name of the unit in English 该单位英文名称';
comment on column mart.region.tile_col          is 'Column of the unit in the tile map of Hainan, from 0 in the west 所在单位的方格图列号，自西从 0 起';
comment on column mart.region.tile_row          is 'Row of the unit in the tile map of Hainan, from 0 in the north 所在单位的方格图行号，自北从 0 起';

create table mart.calendar (
    day                date primary key,
    year               smallint not null,
    quarter            smallint not null,
    month              smallint not null,
    month_start        date not null,
    iso_year           smallint not null,
    iso_week           smallint not null,
    iso_week_start     date not null,
    weekday            smallint not null check (weekday between 1 and 7),
    is_weekend         boolean not null,
    is_working_day     boolean not null,
    is_public_holiday  boolean,
    is_makeup_day      boolean,
    holiday_zh         text,
    holiday_en         text,
    is_announced       boolean not null
);
comment on table mart.calendar is 'Every day from 2010 to 2035, with the working days of China; join event_date 2010 至 2035 年日历（含中国法定节假日），按 event_date 关联';
comment on column mart.calendar.day               is 'Day; join event_date, reported_date 日期，与 event_date、reported_date 关联';
comment on column mart.calendar.year              is 'Year 年';
comment on column mart.calendar.quarter           is 'Quarter, 1 to 4 季度';
comment on column mart.calendar.month             is 'Month, 1 to 12 月';
comment on column mart.calendar.month_start       is 'First day of the month 当月首日';
comment on column mart.calendar.iso_year          is 'Year of the ISO 8601 week ISO 8601 周所属年';
comment on column mart.calendar.iso_week          is 'ISO 8601 week, 1 to 53 ISO 8601 周次';
comment on column mart.calendar.iso_week_start    is 'Monday of the week 当周周一';
comment on column mart.calendar.weekday           is 'Day of the week, 1 Monday to 7 Sunday 星期，1 为周一';
comment on column mart.calendar.is_weekend        is 'Saturday or Sunday 是否周六日';
comment on column mart.calendar.is_working_day    is 'Working day in China; Monday to Friday where nothing was announced 是否工作日，未公布时按周一至周五';
comment on column mart.calendar.is_public_holiday is 'Day off that belongs to a public holiday; null: not announced 是否法定节假日放假，空为未公布';
comment on column mart.calendar.is_makeup_day     is 'Saturday or Sunday worked for a day off; null: not announced 是否调休上班，空为未公布';
comment on column mart.calendar.holiday_zh        is 'Public holiday that the day off or the day worked belongs to, in Chinese 节日名称（中文）';
comment on column mart.calendar.holiday_en        is 'The same in English 节日名称（英文）';
comment on column mart.calendar.is_announced      is 'Whether the State Council''s notice of the year is known 国务院放假通知是否已知';

create table mart.product_category (
    category_code text primary key,
    label_zh      text not null,
    label_en      text not null,
    level         smallint not null,
    parent_code   text references mart.product_category,
    top_code      text not null references mart.product_category,
    top_label_zh  text not null,
    top_label_en  text not null,
    hs_headings   integer not null
);
comment on table mart.product_category is 'Product categories of the standard; join product_category_code, category_code 产品类别，按 category_code 关联';
comment on column mart.product_category.category_code is 'Code [code.entry list product_category] 类别代码';
comment on column mart.product_category.label_zh      is 'Name in Chinese 中文名称';
comment on column mart.product_category.label_en      is 'Name in English 英文名称';
comment on column mart.product_category.level         is 'Level, from 1 层级，从 1 起';
comment on column mart.product_category.parent_code   is 'Category one level up 上级类别';
comment on column mart.product_category.top_code      is 'Category of the first level that it belongs to 所属一级类别';
comment on column mart.product_category.top_label_zh  is 'Name of that in Chinese 一级类别中文名称';
comment on column mart.product_category.top_label_en  is 'Name of that in English 一级类别英文名称';
comment on column mart.product_category.hs_headings   is 'Headings of the Harmonised System that lead to it (mart.category_hs) 对应的协调制度品目数';

create table mart.category_hs (
    hs_heading    text primary key,
    category_code text not null references mart.product_category,
    label_zh      text not null,
    label_en      text not null,
    valid_from    date,
    valid_to      date
);
comment on table mart.category_hs is 'Product category of each HS heading: joins port data to injuries; join hs_heading = left(hs_code, 4) 协调制度品目与产品类别对应，按 hs_code 前 4 位关联';
comment on column mart.category_hs.hs_heading    is 'First four digits of an HS code 商品编码前 4 位';
comment on column mart.category_hs.category_code is 'Product category that the heading comes closest to 最相近的产品类别';
comment on column mart.category_hs.label_zh      is 'Name of the heading in Chinese, else in English 品目中文名称';
comment on column mart.category_hs.label_en      is 'Name of the heading in English 品目英文名称';
comment on column mart.category_hs.valid_from    is 'First day of the heading; null: no earlier change is known 生效日期';
comment on column mart.category_hs.valid_to      is 'First day on which it no longer holds; null: it does 失效日期（不含当日）';

create table mart.country (
    country_code text primary key,
    label_zh     text not null,
    label_en     text not null,
    iso2         text,
    m49          text,
    customs_codes text[] not null,
    valid_from   date,
    valid_to     date,
    is_current   boolean not null,
    became_codes text[] not null
);
comment on table mart.country is 'Countries and regions; join country_code, origin_country_code 国家（地区），按 country_code 关联';
comment on column mart.country.country_code  is 'Code of three letters (ISO 3166-1, -3) 三位字母代码';
comment on column mart.country.label_zh      is 'Name in Chinese 中文名称';
comment on column mart.country.label_en      is 'Name in English 英文名称';
comment on column mart.country.iso2          is 'Code of two letters (ISO 3166-1) 两位字母代码';
comment on column mart.country.m49           is 'Code of three digits (UN M49) 三位数字代码';
comment on column mart.country.customs_codes is 'Codes of the Chinese customs before 2018 海关旧代码';
comment on column mart.country.valid_from    is 'First day; null: no earlier change is known 生效日期';
comment on column mart.country.valid_to      is 'First day on which it no longer was; null: it is 失效日期（不含当日）';
comment on column mart.country.is_current    is 'Whether the code is in force 是否现行';
comment on column mart.country.became_codes  is 'Codes that took its place, as the list says; itself where it is in force 替代代码，现行者为自身';

create table mart.hazard (
    hazard_code     text primary key,
    level           text not null check (level in ('class', 'type')),
    label_zh        text not null,
    label_en        text not null,
    parent_code     text references mart.hazard,
    class_code      text not null references mart.hazard,
    class_label_zh  text not null,
    class_label_en  text not null,
    path            text[] not null
);
comment on table mart.hazard is 'Hazard classes and the types within them; join hazard_class_code or hazard_type_code 危害大类与类型，按 hazard_class_code 或 hazard_type_code 关联';
comment on column mart.hazard.hazard_code    is 'Code [code.entry lists hazard_class, hazard_type] 危害代码';
comment on column mart.hazard.level          is 'class, or type within one 大类或类型';
comment on column mart.hazard.label_zh       is 'Name in Chinese 中文名称';
comment on column mart.hazard.label_en       is 'Name in English 英文名称';
comment on column mart.hazard.parent_code    is 'Hazard one level up 上级危害';
comment on column mart.hazard.class_code     is 'Class that it belongs to 所属大类';
comment on column mart.hazard.class_label_zh is 'Name of the class in Chinese 大类中文名称';
comment on column mart.hazard.class_label_en is 'Name of the class in English 大类英文名称';
comment on column mart.hazard.path           is 'Codes from the class down to it 自大类至本级的代码';

comment on index code.entry_once is 'reload'; -- no version: the codes are loaded anew, and these tables made from them

-- Rows of a file that came alone had no `source_file`; it is the file that was sent.
do $$
declare
    t record;
begin
    for t in select n.nspname as place, c.relname as name
             from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where n.nspname in ('core', 'history', 'quarantine') and c.relkind = 'r'
               and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'source_file' and not a.attisdropped)
    loop
        execute format(
            'update %I.%I r set source_file = d.file_name
             from ledger.batch b join ledger.delivery d on d.agency = b.agency and d.delivery_id = b.delivery_id
             where r.source_file is null and b.agency = r.agency and b.batch_id = r.batch_id', t.place, t.name);
    end loop;
end $$;

alter view ledger.expectation set (security_invoker = true); -- whoever asks sees what their own rights let them see
