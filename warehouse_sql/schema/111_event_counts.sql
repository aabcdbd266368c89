-- Counts that questions over years are answered from, so that no such question reads every event.  They follow the event marts:
-- what these lose and gain after a load is taken off and added (statements/event_counts.sql).  Each names the agency and the
-- record type, so that row security shows of a count what it shows of the events.

create table if not exists mart.region_day (
    record_type  text not null,
    agency       text not null,
    event_date   date,
    region_code  text,
    events       bigint not null,
    adverse      bigint not null,
    death_count  numeric not null,
    injury_count numeric not null,
    constraint region_day_once unique nulls not distinct (record_type, agency, event_date, region_code)
);
comment on table mart.region_day is 'Events of mart.risk_event by day and division: for maps and courses over years 按日与区划统计的风险事件数，用于地图与多年趋势';
comment on column mart.region_day.record_type  is 'Kind of event 记录类型';
comment on column mart.region_day.agency       is 'Agency that reported them 报送单位';
comment on column mart.region_day.event_date   is 'The sender''s local day of the events; empty: not known 事件日期，空为不详';
comment on column mart.region_day.region_code  is 'GB/T 2260 code in force on that day; empty: not known [code.entry list region] 行政区划代码，空为不详';
comment on column mart.region_day.events       is 'Events 事件数';
comment on column mart.region_day.adverse      is 'How many of them are adverse 其中不利事件数';
comment on column mart.region_day.death_count  is 'Deaths that are told of 报送的死亡人数';
comment on column mart.region_day.injury_count is 'Injured that are told of 报送的受伤人数';

create table if not exists mart.category_day (
    record_type   text not null,
    agency        text not null,
    event_date    date,
    category_code text not null,
    records       bigint not null,
    judged        bigint not null,
    adverse       bigint not null,
    severe        bigint not null,
    constraint category_day_once unique nulls not distinct (record_type, agency, event_date, category_code)
);
comment on table mart.category_day is 'Events and activities by day and category of any of their products: each record once for each category 按日与产品类别（任一产品）统计的记录数，同一记录每类计一次';
comment on column mart.category_day.record_type   is 'Kind of event 记录类型';
comment on column mart.category_day.agency        is 'Agency that reported them 报送单位';
comment on column mart.category_day.event_date    is 'The sender''s local day of the events; empty: not known 事件日期，空为不详';
comment on column mart.category_day.category_code is 'Category of a product [code.entry list product_category] 产品类别';
comment on column mart.category_day.records       is 'Records; of tests and checks those of mart.activity 记录数（检验检查类取自 mart.activity）';
comment on column mart.category_day.judged        is 'How many of them have a decided outcome 结果已定的记录数';
comment on column mart.category_day.adverse       is 'How many of them are adverse 不利的记录数';
comment on column mart.category_day.severe        is 'How many of them are severe or fatal 严重或致死的记录数';

create table if not exists mart.pair_day (
    record_type   text not null,
    agency        text not null,
    event_date    date,
    category_code text,
    type_code     text,
    records       bigint not null,
    constraint pair_day_once unique nulls not distinct (record_type, agency, event_date, category_code, type_code)
);
comment on table mart.pair_day is 'Events of mart.risk_event that name both a category and a hazard type, by day and pair; with the sums that a pair is compared with 同时写明产品类别与危害类型的风险事件，按日与组合统计（含合计行）';
comment on column mart.pair_day.record_type   is 'Kind of event 记录类型';
comment on column mart.pair_day.agency        is 'Agency that reported them 报送单位';
comment on column mart.pair_day.event_date    is 'The sender''s local day of the events; empty: not known 事件日期，空为不详';
comment on column mart.pair_day.category_code is 'Category of a product; empty: any [code.entry list product_category] 产品类别，空为任一';
comment on column mart.pair_day.type_code     is 'Type of a hazard; empty: any [code.entry list hazard_type] 危害类型，空为任一';
comment on column mart.pair_day.records       is 'Records: each once in each row 记录数，同一记录每行计一次';

create table if not exists mart.product_year (
    record_type                 text not null,
    agency                      text not null,
    year                        integer,
    product_category_code       text,
    product_origin_country_code text,
    activities                  bigint not null,
    judged                      bigint not null,
    failed                      bigint not null,
    events                      bigint not null,
    constraint product_year_once unique nulls not distinct (record_type, agency, year, product_category_code, product_origin_country_code)
);
comment on table mart.product_year is 'Activities and events by year, and by category and origin of the first product 按年份与首项产品的类别、原产地统计的活动与事件数';
comment on column mart.product_year.record_type is 'Kind of event 记录类型';
comment on column mart.product_year.agency is 'Agency that reported them 报送单位';
comment on column mart.product_year.year is 'Year of event_date; empty: not known 事件年份，空为不详';
comment on column mart.product_year.product_category_code is 'Category of the first product; empty: none [code.entry list product_category] 首项产品类别，空为无';
comment on column mart.product_year.product_origin_country_code is 'Its country of origin; empty: none [code.entry list country] 首项产品原产国，空为无';
comment on column mart.product_year.activities is 'Rows of mart.activity mart.activity 行数';
comment on column mart.product_year.judged is 'How many of these have a decided outcome 其中结果已定数';
comment on column mart.product_year.failed is 'How many of these are adverse 其中不利数';
comment on column mart.product_year.events is 'Rows of mart.risk_event mart.risk_event 行数';

-- Where the records of an enterprise are, whether they are events or not.
create table if not exists mart.party_key (
    record_type text not null,
    agency      text not null,
    record_uid  uuid not null,
    role_code   text,
    uscc        text not null
);
comment on table mart.party_key is 'Records of each enterprise by its credit code, whether they are events or not 按统一社会信用代码查找各类记录（含不属于事件的记录）';
comment on column mart.party_key.record_type is 'Kind of record; joins core.<record_type> 记录类型';
comment on column mart.party_key.agency is 'Agency that sent it 报送单位';
comment on column mart.party_key.record_uid is 'Identity of the record 记录唯一标识';
comment on column mart.party_key.role_code is 'Role of the enterprise [code.entry list party_role] 主体角色';
comment on column mart.party_key.uscc is 'Unified social credit code 统一社会信用代码';

-- Where the records of a product are, likewise.  Keys are compared as equal and no other way: row security lets nothing else reach
-- an index.
create table if not exists mart.product_key (
    record_type text not null,
    agency      text not null,
    record_uid  uuid not null,
    position    integer not null,
    gtin        text,
    brand_key   text
);
comment on table mart.product_key is 'Products of all records by barcode and brand, whether they are events or not; core.<record_type>_<list> has the rest 按条码与品牌查找各类记录的产品（含不属于事件的记录）';
comment on column mart.product_key.record_type is 'Kind of record; joins core.<record_type> 记录类型';
comment on column mart.product_key.agency is 'Agency that sent it 报送单位';
comment on column mart.product_key.record_uid is 'Identity of the record 记录唯一标识';
comment on column mart.product_key.position is 'Place of the product within the record, from 0 产品在记录中的序号，从 0 起';
comment on column mart.product_key.gtin is 'GTIN; empty: none is written 全球贸易项目代码，空为未写';
comment on column mart.product_key.brand_key is 'Brand in small letters; empty: none is written 品牌（小写），空为未写';

create table if not exists mart.product_word (
    record_type text not null,
    agency      text not null,
    record_uid  uuid not null,
    position    integer not null,
    word        text not null
);
comment on table mart.product_word is 'Words with a digit, such as models have, of products that name no brand 未写品牌的产品中含数字的词（如型号）';
comment on column mart.product_word.record_type is 'Kind of record; joins core.<record_type> 记录类型';
comment on column mart.product_word.agency is 'Agency that sent it 报送单位';
comment on column mart.product_word.record_uid is 'Identity of the record 记录唯一标识';
comment on column mart.product_word.position is 'Place of the product within the record, from 0 产品在记录中的序号，从 0 起';
comment on column mart.product_word.word is 'Letters and digits of ASCII that stand together, in small letters 连续的字母与数字（小写）';

-- By these the marts are asked, and by these the rows of a record are found again.  They are dropped while a mart is filled.
create index if not exists risk_event_by_day on mart.risk_event (record_type, event_date);
create index if not exists activity_by_day on mart.activity (record_type, event_date);
create index if not exists party_key_uscc on mart.party_key (uscc);
create index if not exists party_key_record on mart.party_key (record_uid);
create index if not exists product_key_gtin on mart.product_key (gtin) where gtin is not null;
create index if not exists product_key_brand on mart.product_key (brand_key) where brand_key is not null;
create index if not exists product_key_record on mart.product_key (record_uid);
create index if not exists product_word_word on mart.product_word (word);
create index if not exists product_word_record on mart.product_word (record_uid);
