-- What each source owes, so that a view can say what is late; and the marts of quality that are kept up after a load.
create table ledger.source_terms (
    agency      text not null,
    feed        text not null,
    terms       text not null check (terms ~ '^[0-9a-f]{64}$'),
    every       text,
    zone        text not null,
    rows_min    bigint,
    rows_max    bigint,
    is_readable boolean not null,
    known_until timestamptz,
    synced_at   timestamptz not null default now(),
    primary key (agency, feed),
    foreign key (agency, feed) references ledger.source (agency, feed)
);
comment on table ledger.source_terms is 'How often a source must deliver, by `expect:` of its mapping 各来源约定的报送频率';
comment on column ledger.source_terms.agency is 'Agency 报送单位';
comment on column ledger.source_terms.feed is 'Feed of the agency 报送专题';
comment on column ledger.source_terms.terms is 'SHA-256 of what is agreed; the periods of ledger.due_period that follow from it bear it too 约定内容的摘要';
comment on column ledger.source_terms.every is 'ISO 8601 duration or repeating interval; empty: no period is agreed 报送周期，空为未约定';
comment on column ledger.source_terms.zone is 'Time zone of the periods 周期所用时区';
comment on column ledger.source_terms.rows_min is 'Least number of rows of a usual delivery 每次报送的最少行数';
comment on column ledger.source_terms.rows_max is 'Greatest number of rows of a usual delivery 每次报送的最多行数';
comment on column ledger.source_terms.is_readable is 'Whether the terms could be understood 约定能否解析';
comment on column ledger.source_terms.known_until is 'Until when the periods are written down; the hub moves it on whenever it looks at the source 周期已推算至';
comment on column ledger.source_terms.synced_at is 'When they were taken from the mapping 取自映射文件的时间';

create table ledger.due_period (
    agency         text not null,
    feed           text not null,
    terms          text not null,
    starts_at      timestamptz not null,
    ends_at        timestamptz not null,
    due_at         timestamptz not null,
    late_at        timestamptz not null,
    first_day      date not null,
    last_day       date not null,
    calendar_known boolean not null,
    primary key (agency, feed, terms, starts_at),
    foreign key (agency, feed) references ledger.source (agency, feed),
    constraint a_period_ends_before_it_is_due check (starts_at < ends_at and ends_at <= due_at and due_at <= late_at)
);
comment on table ledger.due_period is 'Every period in which a source must deliver; those of earlier terms stay 各来源应报送的周期（旧约定的周期保留）';
comment on column ledger.due_period.agency is 'Agency 报送单位';
comment on column ledger.due_period.feed is 'Feed of the agency 报送专题';
comment on column ledger.due_period.terms is 'The terms that it follows from; see ledger.source_terms 所依据的约定';
comment on column ledger.due_period.starts_at is 'Beginning 周期开始';
comment on column ledger.due_period.ends_at is 'End, not included 周期结束（不含）';
comment on column ledger.due_period.due_at is 'By when it is due 应报送时间';
comment on column ledger.due_period.late_at is 'After when it is late 逾期时间';
comment on column ledger.due_period.first_day is 'First local day of the period 周期首日';
comment on column ledger.due_period.last_day is 'Last local day of the period 周期末日';
comment on column ledger.due_period.calendar_known is 'False: no notice of working days reaches so far, and Monday to Friday was taken 为否时节假日安排未公布，按周一至周五推算';

create table mart.feed_month (
    record_type          text not null,
    agency               text not null,
    feed                 text not null,
    month                date,
    records              bigint not null,
    read_rows            bigint not null,
    newest_event_at      timestamptz,
    newest_event_date    date,
    newest_reported_at   timestamptz,
    newest_received_at   timestamptz not null,
    newest_loaded_at     timestamptz not null,
    event_to_report_h    numeric,
    report_to_receipt_h  numeric,
    event_to_receipt_h   numeric,
    receipt_to_load_h    numeric,
    batches              text[] not null,
    constraint feed_month_once unique nulls not distinct (record_type, agency, feed, month)
);
comment on table mart.feed_month is 'What a source has sent of one month: records, and the time between the four clocks 各来源每月的记录数与四个时间之间的间隔';
comment on column mart.feed_month.record_type is 'Record type 记录类型';
comment on column mart.feed_month.agency is 'Agency 报送单位';
comment on column mart.feed_month.feed is 'Feed of the agency 报送专题';
comment on column mart.feed_month.month is 'First day of the month of the events, or of the beginning of what records hold; empty: records without a day 事件所在月份（首日），空为无日期';
comment on column mart.feed_month.records is 'Records that hold now 当前有效记录数';
comment on column mart.feed_month.read_rows is 'Rows of the deliveries that brought these records, without duplicates and rows skipped on purpose 带来这些记录的报送的行数（不含重复与跳过）';
comment on column mart.feed_month.newest_event_at is 'Latest event, or latest beginning 最近事件时间';
comment on column mart.feed_month.newest_event_date is 'The sender''s local day of that 最近事件日期';
comment on column mart.feed_month.newest_reported_at is 'Latest report 最近报告时间';
comment on column mart.feed_month.newest_received_at is 'Latest receipt by the hub 平台最近接收时间';
comment on column mart.feed_month.newest_loaded_at is 'Latest load 最近入库时间';
comment on column mart.feed_month.event_to_report_h is 'Median hours from event to report 事件至报告的中位小时数';
comment on column mart.feed_month.report_to_receipt_h is 'Median hours from report to receipt 报告至接收的中位小时数';
comment on column mart.feed_month.event_to_receipt_h is 'Median hours from event to receipt 事件至接收的中位小时数';
comment on column mart.feed_month.receipt_to_load_h is 'Median hours from receipt to load 接收至入库的中位小时数';
comment on column mart.feed_month.batches is 'Batches that brought these records 带来这些记录的批次';

create table mart.completeness (
    record_type    text not null,
    agency         text not null,
    feed           text not null,
    month          date,
    field          text not null,
    of_records     bigint not null,
    filled         bigint not null,
    read_rows      bigint not null,
    quarantined    bigint not null,
    repaired       bigint not null,
    fill_share     numeric generated always as (round(filled::numeric / nullif(of_records, 0), 4)) stored,
    valid_share    numeric generated always as (greatest(round(1 - quarantined::numeric / nullif(read_rows, 0), 4), 0)) stored,
    repaired_share numeric generated always as (least(round(repaired::numeric / nullif(read_rows, 0), 4), 1)) stored,
    constraint completeness_once unique nulls not distinct (record_type, agency, feed, month, field)
);
comment on table mart.completeness is 'How complete each field of each source is, by month 各来源每月各字段的完整程度';
comment on column mart.completeness.record_type is 'Record type 记录类型';
comment on column mart.completeness.agency is 'Agency 报送单位';
comment on column mart.completeness.feed is 'Feed of the agency 报送专题';
comment on column mart.completeness.month is 'First day of the month of the events, or of the beginning of what records hold; empty: records without a day 事件所在月份（首日），空为无日期';
comment on column mart.completeness.field is 'Column of core.<record_type>; list.column for items of a list; a list by itself: whether a record has any item 字段；“列表.字段”为列表各项；仅列表名表示是否有项';
comment on column mart.completeness.of_records is 'Records, or items of the list 记录数或列表项数';
comment on column mart.completeness.filled is 'How many of them have a value 有值的数量';
comment on column mart.completeness.read_rows is 'Rows of the deliveries that brought the records, without duplicates and rows skipped on purpose 相应报送的行数（不含重复与跳过）';
comment on column mart.completeness.quarantined is 'Values of the field in these deliveries for which a row was quarantined 导致行被隔离的取值数';
comment on column mart.completeness.repaired is 'Values of the field in these deliveries that were repaired 被自动修复的取值数';
comment on column mart.completeness.fill_share is 'filled / of_records 填充率';
comment on column mart.completeness.valid_share is '1 - quarantined / read_rows, at least 0 有效率';
comment on column mart.completeness.repaired_share is 'repaired / read_rows, at most 1 修复率';

create table mart.region_month (
    record_type text not null,
    agency      text not null,
    feed        text not null,
    month       date,
    region_code text,
    records     bigint not null,
    constraint region_month_once unique nulls not distinct (record_type, agency, feed, month, region_code)
);
comment on table mart.region_month is 'Records of each source by month and division as sent; mart.coverage adds what is missing 各来源每月各区划的记录数';
comment on column mart.region_month.record_type is 'Record type 记录类型';
comment on column mart.region_month.agency is 'Agency 报送单位';
comment on column mart.region_month.feed is 'Feed of the agency 报送专题';
comment on column mart.region_month.month is 'First day of the month; empty: records without a day 月份（首日），空为无日期';
comment on column mart.region_month.region_code is 'GB/T 2260 code as the record has it; empty: none 记录所载行政区划代码，空为未填';
comment on column mart.region_month.records is 'Records that hold now 当前有效记录数';

create table mart.exposure (
    record_type         text not null default 'customs_declaration',
    agency              text not null,
    feed                text not null,
    month               date,
    hs6                 text not null,
    hs4                 text not null generated always as (left(hs6, 4)) stored,
    origin_country_code text,
    declarations        bigint not null,
    lines               bigint not null,
    net_mass_kg         numeric,
    lines_without_mass  bigint not null,
    value_cny           numeric,
    lines_without_value bigint not null,
    constraint exposure_once unique nulls not distinct (agency, feed, month, hs6, origin_country_code)
);
comment on table mart.exposure is 'Goods declared for import by HS code, origin and month: the denominator of rates per declared goods 按商品编码、原产国和月份的进口申报量（比率的分母）';
comment on column mart.exposure.record_type is 'Always customs_declaration 固定为报关单';
comment on column mart.exposure.agency is 'Agency 报送单位';
comment on column mart.exposure.feed is 'Feed of the agency 报送专题';
comment on column mart.exposure.month is 'First day of the month of the declaration; empty: without a day 申报月份（首日），空为无日期';
comment on column mart.exposure.hs6 is 'First six digits of the HS code 商品编码前六位';
comment on column mart.exposure.hs4 is 'Heading: its first four digits 品目（前四位）';
comment on column mart.exposure.origin_country_code is 'Country of origin, ISO 3166-1; empty: not declared 原产国（地区），空为未申报';
comment on column mart.exposure.declarations is 'Declarations with such goods 报关单数';
comment on column mart.exposure.lines is 'Lines of such goods 商品项数';
comment on column mart.exposure.net_mass_kg is 'Net mass of the lines that state one; empty: none does 净重合计，空为均未申报';
comment on column mart.exposure.lines_without_mass is 'Lines without a net mass: where there are any, the mass is too low 未申报净重的商品项数（大于零时净重偏低）';
comment on column mart.exposure.value_cny is 'Value of the lines that can be converted; empty: none can 折人民币金额合计，空为均无法折算';
comment on column mart.exposure.lines_without_value is 'Lines whose value cannot be converted: where there are any, the value is too low 无法折算金额的商品项数（大于零时金额偏低）';

-- Published figures that rates and amounts need, each with where it is stated.
create table code.population (
    region_code text not null,
    year        integer not null,
    population  bigint not null check (population > 0),
    kind        text not null check (kind in ('census', 'year_end')),
    source      text not null,
    checked     text not null check (checked in ('source', 'copy', 'memory')),
    primary key (region_code, year, kind)
);
comment on table code.population is 'Resident population by division and year 各区划各年常住人口';
comment on column code.population.region_code is 'GB/T 2260 code in force in that year 行政区划代码';
comment on column code.population.year is 'Year 年份';
comment on column code.population.population is 'Resident population, persons 常住人口（人）';
comment on column code.population.kind is 'census: counted on 1 November of the year; year_end: estimate for its end census 为普查数，year_end 为年末推算数';
comment on column code.population.source is 'Publication that states it 来源';
comment on column code.population.checked is 'How the figure was compared: with the publication itself (source), a copy of it (copy), or not (memory) 核对方式：原件、转载件或未核对';

create table code.exchange_rate (
    currency_code text not null,
    year          integer not null,
    cny_per_unit  numeric not null check (cny_per_unit > 0),
    source        text not null,
    checked       text not null check (checked in ('source', 'copy', 'memory')),
    primary key (currency_code, year)
);
comment on table code.exchange_rate is 'Average rates of the year in yuan 各币种人民币年平均汇率';
comment on column code.exchange_rate.currency_code is 'ISO 4217 code 币种代码';
comment on column code.exchange_rate.year is 'Year 年份';
comment on column code.exchange_rate.cny_per_unit is 'Yuan for one unit of the currency, average of the year 一单位外币折合人民币';
comment on column code.exchange_rate.source is 'Publication that states it 来源';
comment on column code.exchange_rate.checked is 'How the figure was compared: with the publication itself (source), a copy of it (copy), or not (memory) 核对方式：原件、转载件或未核对';

create table code.count_limit (
    count  integer primary key,
    lower  double precision not null,
    upper  double precision not null,
    source text not null
);
comment on table code.count_limit is 'Exact 95 % limits of small counts 小计数的精确 95% 置信限';
comment on column code.count_limit.count is 'Count of events 事件数';
comment on column code.count_limit.lower is 'Lower limit 下限';
comment on column code.count_limit.upper is 'Upper limit 上限';
comment on column code.count_limit.source is 'Formula 公式来源';
