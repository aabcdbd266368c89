-- One row per event of every type: the table that analysts start from.
-- security_invoker: whoever asks sees what their own rights let them see in core.
drop view if exists mart.risk_event;
create view mart.risk_event with (security_invoker) as
select 'customs_declaration' as record_type, t.agency, t.feed, t.record_uid, t.source_record_no, t.event_at, t.event_at_precision, t.reported_at, t.region_code, t.country_code, t.hazard_class, t.hazard_type, t.severity, t.summary,
       p.name as product_name, p.brand as product_brand, p.category_code as product_category_code, p.hs_code as product_hs_code, p.batch_lot as product_batch_lot, p.origin_country_code as product_origin_country_code,
       null::bigint as death_count, null::bigint as injury_count, t.batch_id, t.received_at, t.recorded_from
from core.customs_declaration t
left join core.customs_declaration_goods p on p.agency = t.agency and p.record_uid = t.record_uid and p.position = 0
union all
select 'port_inspection' as record_type, t.agency, t.feed, t.record_uid, t.source_record_no, t.event_at, t.event_at_precision, t.reported_at, t.region_code, t.country_code, t.hazard_class, t.hazard_type, t.severity, t.summary,
       t.product_name, t.product_brand, t.product_category_code, t.product_hs_code, t.product_batch_lot, t.product_origin_country_code,
       null::bigint as death_count, null::bigint as injury_count, t.batch_id, t.received_at, t.recorded_from
from core.port_inspection t
union all
select 'overseas_notification' as record_type, t.agency, t.feed, t.record_uid, t.source_record_no, t.event_at, t.event_at_precision, t.reported_at, t.region_code, t.country_code, t.hazard_class, t.hazard_type, t.severity, t.summary,
       t.product_name, t.product_brand, t.product_category_code, t.product_hs_code, t.product_batch_lot, t.product_origin_country_code,
       null::bigint as death_count, null::bigint as injury_count, t.batch_id, t.received_at, t.recorded_from
from core.overseas_notification t
union all
select 'market_sampling' as record_type, t.agency, t.feed, t.record_uid, t.source_record_no, t.event_at, t.event_at_precision, t.reported_at, t.region_code, t.country_code, t.hazard_class, t.hazard_type, t.severity, t.summary,
       t.product_name, t.product_brand, t.product_category_code, t.product_hs_code, t.product_batch_lot, t.product_origin_country_code,
       null::bigint as death_count, null::bigint as injury_count, t.batch_id, t.received_at, t.recorded_from
from core.market_sampling t
union all
select 'recall' as record_type, t.agency, t.feed, t.record_uid, t.source_record_no, t.event_at, t.event_at_precision, t.reported_at, t.region_code, t.country_code, t.hazard_class, t.hazard_type, t.severity, t.summary,
       p.name as product_name, p.brand as product_brand, p.category_code as product_category_code, p.hs_code as product_hs_code, p.batch_lot as product_batch_lot, p.origin_country_code as product_origin_country_code,
       t.death_count as death_count, t.injury_count as injury_count, t.batch_id, t.received_at, t.recorded_from
from core.recall t
left join lateral (  -- its lists of names, kinds and countries stand side by side: the first of each
    select (array_agg(name order by position) filter (where name is not null))[1] as name,
           (array_agg(brand order by position) filter (where brand is not null))[1] as brand,
           (array_agg(category_code order by position) filter (where category_code is not null))[1] as category_code,
           (array_agg(hs_code order by position) filter (where hs_code is not null))[1] as hs_code,
           (array_agg(batch_lot order by position) filter (where batch_lot is not null))[1] as batch_lot,
           (array_agg(origin_country_code order by position) filter (where origin_country_code is not null))[1] as origin_country_code
    from core.recall_product where agency = t.agency and record_uid = t.record_uid) p on true
union all
select 'injury_case' as record_type, t.agency, t.feed, t.record_uid, t.source_record_no, t.event_at, t.event_at_precision, t.reported_at, t.region_code, t.country_code, t.hazard_class, t.hazard_type, t.severity, t.summary,
       p.name as product_name, p.brand as product_brand, p.category_code as product_category_code, p.hs_code as product_hs_code, p.batch_lot as product_batch_lot, p.origin_country_code as product_origin_country_code,
       null::bigint as death_count, 1::bigint as injury_count, t.batch_id, t.received_at, t.recorded_from
from core.injury_case t
left join core.injury_case_product p on p.agency = t.agency and p.record_uid = t.record_uid and p.position = 0
union all
select 'fire_incident' as record_type, t.agency, t.feed, t.record_uid, t.source_record_no, t.event_at, t.event_at_precision, t.reported_at, t.region_code, t.country_code, t.hazard_class, t.hazard_type, t.severity, t.summary,
       t.product_name, t.product_brand, t.product_category_code, t.product_hs_code, t.product_batch_lot, t.product_origin_country_code,
       t.death_count as death_count, t.injury_count as injury_count, t.batch_id, t.received_at, t.recorded_from
from core.fire_incident t;

comment on view mart.risk_event is 'One row per event of every record type 各类风险事件汇总，每事件一行';
comment on column mart.risk_event.record_type is 'Kind of event 记录类型';
comment on column mart.risk_event.agency is 'Agency that reported it 报送单位';
comment on column mart.risk_event.feed is 'Feed of the agency 报送专题';
comment on column mart.risk_event.record_uid is 'Identity of the record in the hub 记录唯一标识';
comment on column mart.risk_event.source_record_no is 'The agency''s own number 报送单位编号';
comment on column mart.risk_event.event_at is 'When it happened 事件发生时间';
comment on column mart.risk_event.event_at_precision is 'How exactly that is known 发生时间精度';
comment on column mart.risk_event.reported_at is 'When the agency reported it 上报时间';
comment on column mart.risk_event.region_code is 'GB/T 2260 code in force on that day 事发时有效的行政区划代码';
comment on column mart.risk_event.country_code is 'Country 国家或地区';
comment on column mart.risk_event.hazard_class is 'One of the five hazard classes of the policy 危害大类（健康、物理、化学、生物、环境）';
comment on column mart.risk_event.hazard_type is 'Type of hazard 危害类型';
comment on column mart.risk_event.severity is 'Severity 严重程度';
comment on column mart.risk_event.summary is 'Summary 摘要';
comment on column mart.risk_event.product_name is 'First product involved 涉事产品（首项）';
comment on column mart.risk_event.product_brand is 'Its brand 品牌';
comment on column mart.risk_event.product_category_code is 'Its category 产品类别';
comment on column mart.risk_event.product_hs_code is 'Its HS code 商品编码';
comment on column mart.risk_event.product_batch_lot is 'Its batch 批次号';
comment on column mart.risk_event.product_origin_country_code is 'Its country of origin 原产国';
comment on column mart.risk_event.death_count is 'Deaths; empty: not told 死亡人数（空为未报）';
comment on column mart.risk_event.injury_count is 'Injured; empty: not told 受伤人数（空为未报）';
comment on column mart.risk_event.batch_id is 'Batch that brought it; see ledger.batch 所属批次';
comment on column mart.risk_event.received_at is 'When the hub received it 平台接收时间';
comment on column mart.risk_event.recorded_from is 'When the hub loaded this version 本版本入库时间';
