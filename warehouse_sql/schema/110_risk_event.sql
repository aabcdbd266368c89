-- The event marts: tables of their own, kept up after each load (warehouse/event_marts.py has their rows, the keyword `mart` of
-- the standard what each record means).  A migration that finds another definition removes them first and fills them anew.
-- A mart has no policy of the tables that its rows come from: row security on it is its own.

create table if not exists mart.risk_event (
    record_type                 text not null,
    agency                      text not null,
    feed                        text not null,
    record_uid                  uuid not null,
    source_record_no            text,
    event_at                    timestamptz,
    event_at_precision          text,
    event_date                  date,
    event_tz                    text,
    reported_at                 timestamptz,
    reported_date               date,
    region_code                 text,
    country_code                text,
    outcome_code                text not null,
    is_adverse                  boolean,
    hazard_class_code           text,
    hazard_type_code            text,
    severity_code               text,
    severity_rank               smallint,
    death_count                 bigint,
    injury_count                bigint,
    weight                      numeric,
    stratum                     text,
    summary                     text,
    product_name                text,
    product_brand               text,
    product_category_code       text,
    product_hs_code             text,
    product_batch_lot           text,
    product_origin_country_code text,
    batch_id                    text not null,
    received_at                 timestamptz not null,
    recorded_from               timestamptz not null,
    primary key (agency, record_uid, record_type)
);
comment on table mart.risk_event is 'Events that say something about risk, one row each; start here 说明风险的事件，每事件一行，分析由此开始';
comment on column mart.risk_event.record_type is 'Kind of event 记录类型';
comment on column mart.risk_event.agency is 'Agency that reported it 报送单位';
comment on column mart.risk_event.feed is 'Feed of the agency 报送专题';
comment on column mart.risk_event.record_uid is 'Identity of the record; joins core.<record_type> with agency 记录唯一标识，与 agency 一起关联 core.<record_type>';
comment on column mart.risk_event.source_record_no is 'The agency''s own number 报送单位编号';
comment on column mart.risk_event.event_at is 'When it happened 事件发生时间';
comment on column mart.risk_event.event_at_precision is 'How exactly that is known 发生时间精度';
comment on column mart.risk_event.event_date is 'The sender''s local day of the event; count days by it 报送机构当地的事件日期，按日统计以此为准';
comment on column mart.risk_event.event_tz is 'Zone of that day: an IANA name, or an offset such as +08:00 该日期的时区';
comment on column mart.risk_event.reported_at is 'When the agency reported it 上报时间';
comment on column mart.risk_event.reported_date is 'The sender''s local day of the report 报送机构当地的报告日期';
comment on column mart.risk_event.region_code is 'GB/T 2260 code in force on that day [code.entry list region] 事发时有效的行政区划代码';
comment on column mart.risk_event.country_code is 'Country [code.entry list country] 国家或地区';
comment on column mart.risk_event.outcome_code is 'What came of it [code.entry list event_outcome] 事件结果';
comment on column mart.risk_event.is_adverse is 'Whether something went wrong; empty: not decided or not known 是否不利（空为未定）';
comment on column mart.risk_event.hazard_class_code is 'One of the five hazard classes of the policy [code.entry list hazard_class] 危害大类（健康、物理、化学、生物、环境）';
comment on column mart.risk_event.hazard_type_code is 'Type of the main hazard; all are in event_hazard [code.entry list hazard_type] 主要危害类型，全部见 event_hazard';
comment on column mart.risk_event.severity_code is 'Severity; fatal where somebody died [code.entry list severity] 严重程度，有人死亡的为 fatal';
comment on column mart.risk_event.severity_rank is 'Its rank, from 0 none to 4 fatal; empty: not known 严重程度等级，0 无伤害至 4 死亡（空为不详）';
comment on column mart.risk_event.death_count is 'Deaths; empty: not told 死亡人数（空为未报）';
comment on column mart.risk_event.injury_count is 'Injured; empty: not told 受伤人数（空为未报）';
comment on column mart.risk_event.weight is 'How many events of the population it stands for in a survey; empty: it was not sampled 抽样权重（空为非抽样）';
comment on column mart.risk_event.stratum is 'Stratum of the survey, as the agency writes it 抽样分层（报送单位原码）';
comment on column mart.risk_event.summary is 'Summary 摘要';
comment on column mart.risk_event.product_name is 'First product involved; all are in event_product 涉事产品（首项），全部见 event_product';
comment on column mart.risk_event.product_brand is 'Its brand 品牌';
comment on column mart.risk_event.product_category_code is 'Its category [code.entry list product_category] 产品类别';
comment on column mart.risk_event.product_hs_code is 'Its HS code 商品编码';
comment on column mart.risk_event.product_batch_lot is 'Its batch 批次号';
comment on column mart.risk_event.product_origin_country_code is 'Its country of origin [code.entry list country] 原产国';
comment on column mart.risk_event.batch_id is 'Batch that brought it; see ledger.batch 所属批次';
comment on column mart.risk_event.received_at is 'When the hub received it 平台接收时间';
comment on column mart.risk_event.recorded_from is 'When the hub loaded this version 本版本入库时间';
create index if not exists risk_event_event_date on mart.risk_event using brin (event_date);

create table if not exists mart.activity (
    record_type                 text not null,
    agency                      text not null,
    feed                        text not null,
    record_uid                  uuid not null,
    source_record_no            text,
    event_at                    timestamptz,
    event_at_precision          text,
    event_date                  date,
    event_tz                    text,
    reported_at                 timestamptz,
    reported_date               date,
    region_code                 text,
    country_code                text,
    outcome_code                text not null,
    is_adverse                  boolean,
    hazard_class_code           text,
    hazard_type_code            text,
    severity_code               text,
    severity_rank               smallint,
    death_count                 bigint,
    injury_count                bigint,
    weight                      numeric,
    stratum                     text,
    summary                     text,
    product_name                text,
    product_brand               text,
    product_category_code       text,
    product_hs_code             text,
    product_batch_lot           text,
    product_origin_country_code text,
    batch_id                    text not null,
    received_at                 timestamptz not null,
    recorded_from               timestamptz not null,
    primary key (agency, record_uid, record_type)
);
comment on table mart.activity is 'All declarations, tests, inspections and checks, failed ones too: the denominator 全部申报、检验、抽检与检查（含不合格），作分母';
comment on column mart.activity.record_type is 'Kind of event 记录类型';
comment on column mart.activity.agency is 'Agency that reported it 报送单位';
comment on column mart.activity.feed is 'Feed of the agency 报送专题';
comment on column mart.activity.record_uid is 'Identity of the record; joins core.<record_type> with agency 记录唯一标识，与 agency 一起关联 core.<record_type>';
comment on column mart.activity.source_record_no is 'The agency''s own number 报送单位编号';
comment on column mart.activity.event_at is 'When it happened 事件发生时间';
comment on column mart.activity.event_at_precision is 'How exactly that is known 发生时间精度';
comment on column mart.activity.event_date is 'The sender''s local day of the event; count days by it 报送机构当地的事件日期，按日统计以此为准';
comment on column mart.activity.event_tz is 'Zone of that day: an IANA name, or an offset such as +08:00 该日期的时区';
comment on column mart.activity.reported_at is 'When the agency reported it 上报时间';
comment on column mart.activity.reported_date is 'The sender''s local day of the report 报送机构当地的报告日期';
comment on column mart.activity.region_code is 'GB/T 2260 code in force on that day [code.entry list region] 事发时有效的行政区划代码';
comment on column mart.activity.country_code is 'Country [code.entry list country] 国家或地区';
comment on column mart.activity.outcome_code is 'What came of it [code.entry list event_outcome] 事件结果';
comment on column mart.activity.is_adverse is 'Whether something went wrong; empty: not decided or not known 是否不利（空为未定）';
comment on column mart.activity.hazard_class_code is 'One of the five hazard classes of the policy [code.entry list hazard_class] 危害大类（健康、物理、化学、生物、环境）';
comment on column mart.activity.hazard_type_code is 'Type of the main hazard; all are in event_hazard [code.entry list hazard_type] 主要危害类型，全部见 event_hazard';
comment on column mart.activity.severity_code is 'Severity; fatal where somebody died [code.entry list severity] 严重程度，有人死亡的为 fatal';
comment on column mart.activity.severity_rank is 'Its rank, from 0 none to 4 fatal; empty: not known 严重程度等级，0 无伤害至 4 死亡（空为不详）';
comment on column mart.activity.death_count is 'Deaths; empty: not told 死亡人数（空为未报）';
comment on column mart.activity.injury_count is 'Injured; empty: not told 受伤人数（空为未报）';
comment on column mart.activity.weight is 'How many events of the population it stands for in a survey; empty: it was not sampled 抽样权重（空为非抽样）';
comment on column mart.activity.stratum is 'Stratum of the survey, as the agency writes it 抽样分层（报送单位原码）';
comment on column mart.activity.summary is 'Summary 摘要';
comment on column mart.activity.product_name is 'First product involved; all are in event_product 涉事产品（首项），全部见 event_product';
comment on column mart.activity.product_brand is 'Its brand 品牌';
comment on column mart.activity.product_category_code is 'Its category [code.entry list product_category] 产品类别';
comment on column mart.activity.product_hs_code is 'Its HS code 商品编码';
comment on column mart.activity.product_batch_lot is 'Its batch 批次号';
comment on column mart.activity.product_origin_country_code is 'Its country of origin [code.entry list country] 原产国';
comment on column mart.activity.batch_id is 'Batch that brought it; see ledger.batch 所属批次';
comment on column mart.activity.received_at is 'When the hub received it 平台接收时间';
comment on column mart.activity.recorded_from is 'When the hub loaded this version 本版本入库时间';
create index if not exists activity_event_date on mart.activity using brin (event_date);

create table if not exists mart.event_product (
    record_type         text not null,
    agency              text not null,
    feed                text not null,
    record_uid          uuid not null,
    position            integer not null,
    role_code           text,
    name                text,
    name_en             text,
    brand               text,
    model               text,
    spec                text,
    category_code       text,
    category_text       text,
    hs_code             text,
    gtin                text,
    barcode_text        text,
    batch_lot           text,
    production_date     date,
    expiry_date         date,
    origin_country_code text,
    origin_text         text,
    manufacturer_name   text,
    quantity            numeric,
    unit_code           text,
    is_imported         boolean,
    primary key (agency, record_uid, record_type, position)
);
comment on table mart.event_product is 'All products of the events 事件涉及的全部产品';
comment on column mart.event_product.record_type is 'Kind of event 记录类型';
comment on column mart.event_product.agency is 'Agency that reported it 报送单位';
comment on column mart.event_product.feed is 'Feed of the agency 报送专题';
comment on column mart.event_product.record_uid is 'Identity of the record; joins core.<record_type> with agency 记录唯一标识，与 agency 一起关联 core.<record_type>';
comment on column mart.event_product.position is 'Place within the record, from 0 在记录中的序号，从 0 起';
comment on column mart.event_product.role_code is 'Role of the product [code.entry list product_role] 产品角色';
comment on column mart.event_product.name is 'Name 名称';
comment on column mart.event_product.name_en is 'Name in English 英文名称';
comment on column mart.event_product.brand is 'Brand 品牌';
comment on column mart.event_product.model is 'Model 型号';
comment on column mart.event_product.spec is 'Specification 规格';
comment on column mart.event_product.category_code is 'Category [code.entry list product_category] 类别';
comment on column mart.event_product.category_text is 'Category in the agency''s words 报送单位的类别名称';
comment on column mart.event_product.hs_code is 'HS code 商品编码';
comment on column mart.event_product.gtin is 'GTIN 全球贸易项目代码';
comment on column mart.event_product.barcode_text is 'Other barcode 其他条码';
comment on column mart.event_product.batch_lot is 'Batch or lot 批次号';
comment on column mart.event_product.production_date is 'Made on 生产日期';
comment on column mart.event_product.expiry_date is 'Good until 保质期至';
comment on column mart.event_product.origin_country_code is 'Country of origin [code.entry list country] 原产国';
comment on column mart.event_product.origin_text is 'Origin in the agency''s words 报送单位的产地描述';
comment on column mart.event_product.manufacturer_name is 'Manufacturer 生产企业';
comment on column mart.event_product.quantity is 'Quantity 数量';
comment on column mart.event_product.unit_code is 'Its unit [code.entry list unit] 计量单位';
comment on column mart.event_product.is_imported is 'Whether it was imported 是否进口';

create table if not exists mart.event_hazard (
    record_type     text not null,
    agency          text not null,
    feed            text not null,
    record_uid      uuid not null,
    list            text not null,
    position        integer not null,
    class_code      text,
    type_code       text,
    agent_code      text,
    agent_text      text,
    severity_code   text,
    risk_level_code text,
    is_main         boolean,
    primary key (agency, record_uid, record_type, list, position)
);
comment on table mart.event_hazard is 'All hazards of the events, failed test items too 事件的全部危害，含不合格检测项目';
comment on column mart.event_hazard.record_type is 'Kind of event 记录类型';
comment on column mart.event_hazard.agency is 'Agency that reported it 报送单位';
comment on column mart.event_hazard.feed is 'Feed of the agency 报送专题';
comment on column mart.event_hazard.record_uid is 'Identity of the record; joins core.<record_type> with agency 记录唯一标识，与 agency 一起关联 core.<record_type>';
comment on column mart.event_hazard.list is 'List that it stands in: hazard, or test_item for an item that failed 来源列表：hazard 或不合格的 test_item';
comment on column mart.event_hazard.position is 'Place within the record, from 0 在记录中的序号，从 0 起';
comment on column mart.event_hazard.class_code is 'Hazard class [code.entry list hazard_class] 危害大类';
comment on column mart.event_hazard.type_code is 'Type of hazard [code.entry list hazard_type] 危害类型';
comment on column mart.event_hazard.agent_code is 'Agent or analyte [code.entry list analyte] 致害因子或检测项目';
comment on column mart.event_hazard.agent_text is 'Agent or test item in the agency''s words 报送单位的描述';
comment on column mart.event_hazard.severity_code is 'Severity [code.entry list severity] 严重程度';
comment on column mart.event_hazard.risk_level_code is 'Risk level [code.entry list risk_level] 风险等级';
comment on column mart.event_hazard.is_main is 'Whether the agency calls it the main one 是否主要危害';

create table if not exists mart.event_party (
    record_type       text not null,
    agency            text not null,
    feed              text not null,
    record_uid        uuid not null,
    position          integer not null,
    role_code         text,
    name              text,
    uscc              text,
    customs_reg_no    text,
    licence_no        text,
    foreign_reg_no    text,
    lei               text,
    gln               text,
    agency_party_no   text,
    country_code      text,
    region_code       text,
    is_natural_person boolean,
    primary key (agency, record_uid, record_type, position)
);
comment on table mart.event_party is 'All parties of the events 事件涉及的全部主体';
comment on column mart.event_party.record_type is 'Kind of event 记录类型';
comment on column mart.event_party.agency is 'Agency that reported it 报送单位';
comment on column mart.event_party.feed is 'Feed of the agency 报送专题';
comment on column mart.event_party.record_uid is 'Identity of the record; joins core.<record_type> with agency 记录唯一标识，与 agency 一起关联 core.<record_type>';
comment on column mart.event_party.position is 'Place within the record, from 0 在记录中的序号，从 0 起';
comment on column mart.event_party.role_code is 'Role of the party [code.entry list party_role] 主体角色';
comment on column mart.event_party.name is 'Name 名称';
comment on column mart.event_party.uscc is 'Unified social credit code 统一社会信用代码';
comment on column mart.event_party.customs_reg_no is 'Registration at customs 海关注册编码';
comment on column mart.event_party.licence_no is 'Licence number 许可证号';
comment on column mart.event_party.foreign_reg_no is 'Registration abroad 境外注册号';
comment on column mart.event_party.lei is 'Legal entity identifier 法人机构识别编码';
comment on column mart.event_party.gln is 'Global location number 全球位置码';
comment on column mart.event_party.agency_party_no is 'The agency''s own number 报送单位的主体编号';
comment on column mart.event_party.country_code is 'Country [code.entry list country] 国家或地区';
comment on column mart.event_party.region_code is 'Region [code.entry list region] 行政区划';
comment on column mart.event_party.is_natural_person is 'Whether it is a person 是否自然人';

drop view if exists mart.freshness;
create view mart.freshness with (security_invoker) as
select m.mart, m.built_at, m.refreshed_at, l.batch_id as newest_batch, l.loaded_at as newest_loaded_at, p.pending
from mart.built m
left join lateral (
    select b.batch_id, b.loaded_at
    from mart.applied_batch a
    join ledger.batch b using (agency, batch_id)
    where a.mart = m.mart
    order by b.loaded_at desc, b.batch_id desc
    limit 1) l on true
left join lateral (
    select count(*) as pending
    from ledger.batch b
    where b.loaded_at is not null
      and not exists (select from mart.applied_batch a where a.mart = m.mart and a.agency = b.agency and a.batch_id = b.batch_id)) p on true;
comment on view mart.freshness is 'As of which batch each mart is 各集市的数据截至批次';
comment on column mart.freshness.mart is 'Name of the mart; event: risk_event, activity, event_product, event_hazard, event_party; quality: feed_month, region_month, completeness, exposure 集市名称（event 指五个事件集市，quality 指质量集市）';
comment on column mart.freshness.built_at is 'When it was built in full 全量构建时间';
comment on column mart.freshness.refreshed_at is 'When it was last brought up to date 最近刷新时间';
comment on column mart.freshness.newest_batch is 'The batch loaded last that it has 已计入的最新批次';
comment on column mart.freshness.newest_loaded_at is 'When that batch was loaded 该批次入库时间';
comment on column mart.freshness.pending is 'How many loaded batches it does not have yet 尚未计入的已入库批次数';
