-- One row per event of every type: the table that analysts start from.
-- security_invoker: whoever asks sees what their own rights let them see in core.
drop view if exists mart.risk_event;
create view mart.risk_event with (security_invoker) as
select 'customs_declaration' as record_type, t.agency, t.feed, t.record_uid, t.source_record_no, t.event_at, t.event_at_precision, t.event_date, t.event_tz, t.reported_at, t.reported_date, t.region_code, t.country_code, t.hazard_class_code, t.hazard_type_code, t.severity_code, t.summary,
       p.name as product_name, p.brand as product_brand, p.category_code as product_category_code, p.hs_code as product_hs_code, p.batch_lot as product_batch_lot, p.origin_country_code as product_origin_country_code,
       null::bigint as death_count, null::bigint as injury_count, t.batch_id, t.received_at, t.recorded_from
from core.customs_declaration t
left join core.customs_declaration_goods p on p.agency = t.agency and p.record_uid = t.record_uid and p.position = 0
where not exists (  -- a message about another declaration (an answer, a cancellation, a return) is no event of its own
    select from core.customs_declaration_link l
    where l.agency = t.agency and l.record_uid = t.record_uid and l.target_record_type = 'customs_declaration')
union all
select 'port_inspection' as record_type, t.agency, t.feed, t.record_uid, t.source_record_no, t.event_at, t.event_at_precision, t.event_date, t.event_tz, t.reported_at, t.reported_date, t.region_code, t.country_code, t.hazard_class_code, t.hazard_type_code, t.severity_code, t.summary,
       p.name as product_name, p.brand as product_brand, p.category_code as product_category_code, p.hs_code as product_hs_code, p.batch_lot as product_batch_lot, p.origin_country_code as product_origin_country_code,
       null::bigint as death_count, null::bigint as injury_count, t.batch_id, t.received_at, t.recorded_from
from core.port_inspection t
left join core.port_inspection_product p on p.agency = t.agency and p.record_uid = t.record_uid and p.position = 0
union all
select 'overseas_notification' as record_type, t.agency, t.feed, t.record_uid, t.source_record_no, t.event_at, t.event_at_precision, t.event_date, t.event_tz, t.reported_at, t.reported_date, t.region_code, t.country_code, t.hazard_class_code, t.hazard_type_code, t.severity_code, t.summary,
       p.name as product_name, p.brand as product_brand, p.category_code as product_category_code, p.hs_code as product_hs_code, p.batch_lot as product_batch_lot, p.origin_country_code as product_origin_country_code,
       null::bigint as death_count, null::bigint as injury_count, t.batch_id, t.received_at, t.recorded_from
from core.overseas_notification t
left join core.overseas_notification_product p on p.agency = t.agency and p.record_uid = t.record_uid and p.position = 0
union all
select 'market_sampling' as record_type, t.agency, t.feed, t.record_uid, t.source_record_no, t.event_at, t.event_at_precision, t.event_date, t.event_tz, t.reported_at, t.reported_date, t.region_code, t.country_code, t.hazard_class_code, t.hazard_type_code, t.severity_code, t.summary,
       p.name as product_name, p.brand as product_brand, p.category_code as product_category_code, p.hs_code as product_hs_code, p.batch_lot as product_batch_lot, p.origin_country_code as product_origin_country_code,
       null::bigint as death_count, null::bigint as injury_count, t.batch_id, t.received_at, t.recorded_from
from core.market_sampling t
left join core.market_sampling_product p on p.agency = t.agency and p.record_uid = t.record_uid and p.position = 0
union all
select 'recall' as record_type, t.agency, t.feed, t.record_uid, t.source_record_no, t.event_at, t.event_at_precision, t.event_date, t.event_tz, t.reported_at, t.reported_date, t.region_code, t.country_code, t.hazard_class_code, t.hazard_type_code, t.severity_code, t.summary,
       p.name as product_name, p.brand as product_brand, coalesce(p.category_code, c.category_code) as product_category_code, p.hs_code as product_hs_code, p.batch_lot as product_batch_lot, coalesce(p.origin_country_code, o.country_code) as product_origin_country_code,
       t.death_count as death_count, t.injury_count as injury_count, t.batch_id, t.received_at, t.recorded_from
from core.recall t
left join core.recall_product p on p.agency = t.agency and p.record_uid = t.record_uid and p.position = 0
left join core.recall_category c on c.agency = t.agency and c.record_uid = t.record_uid and c.position = 0
left join core.recall_origin o on o.agency = t.agency and o.record_uid = t.record_uid and o.position = 0
union all
select 'injury_case' as record_type, t.agency, t.feed, t.record_uid, t.source_record_no, t.event_at, t.event_at_precision, t.event_date, t.event_tz, t.reported_at, t.reported_date, t.region_code, t.country_code, t.hazard_class_code, t.hazard_type_code, t.severity_code, t.summary,
       p.name as product_name, p.brand as product_brand, p.category_code as product_category_code, p.hs_code as product_hs_code, p.batch_lot as product_batch_lot, p.origin_country_code as product_origin_country_code,
       (t.disposition_code = '8')::int::bigint as death_count, case when t.disposition_code = '8' then 0 else 1 end::bigint as injury_count, t.batch_id, t.received_at, t.recorded_from
from core.injury_case t
left join core.injury_case_product p on p.agency = t.agency and p.record_uid = t.record_uid and p.position = 0
union all
select 'fire_incident' as record_type, t.agency, t.feed, t.record_uid, t.source_record_no, t.event_at, t.event_at_precision, t.event_date, t.event_tz, t.reported_at, t.reported_date, t.region_code, t.country_code, t.hazard_class_code, t.hazard_type_code, t.severity_code, t.summary,
       p.name as product_name, p.brand as product_brand, p.category_code as product_category_code, p.hs_code as product_hs_code, p.batch_lot as product_batch_lot, p.origin_country_code as product_origin_country_code,
       t.death_count as death_count, t.injury_count as injury_count, t.batch_id, t.received_at, t.recorded_from
from core.fire_incident t
left join core.fire_incident_product p on p.agency = t.agency and p.record_uid = t.record_uid and p.position = 0
where t.incident_type_code is distinct from 'false_alarm'  -- a false alarm is no fire
union all
select 'risk_signal' as record_type, t.agency, t.feed, t.record_uid, t.source_record_no, t.event_at, t.event_at_precision, t.event_date, t.event_tz, t.reported_at, t.reported_date, t.region_code, t.country_code, t.hazard_class_code, t.hazard_type_code, t.severity_code, t.summary,
       p.name as product_name, p.brand as product_brand, p.category_code as product_category_code, p.hs_code as product_hs_code, p.batch_lot as product_batch_lot, p.origin_country_code as product_origin_country_code,
       t.death_count as death_count, t.injury_count as injury_count, t.batch_id, t.received_at, t.recorded_from
from core.risk_signal t
left join core.risk_signal_product p on p.agency = t.agency and p.record_uid = t.record_uid and p.position = 0
union all
select 'emergency_incident' as record_type, t.agency, t.feed, t.record_uid, t.source_record_no, t.event_at, t.event_at_precision, t.event_date, t.event_tz, t.reported_at, t.reported_date, t.region_code, t.country_code, t.hazard_class_code, t.hazard_type_code, t.severity_code, t.summary,
       p.name as product_name, p.brand as product_brand, p.category_code as product_category_code, p.hs_code as product_hs_code, p.batch_lot as product_batch_lot, p.origin_country_code as product_origin_country_code,
       coalesce(t.death_count, c.death_count) as death_count, coalesce(t.injury_count, c.injury_count) as injury_count, t.batch_id, t.received_at, t.recorded_from
from core.emergency_incident t
left join core.emergency_incident_product p on p.agency = t.agency and p.record_uid = t.record_uid and p.position = 0
left join lateral (
    select sum(death_count)::bigint as death_count, sum(injury_count)::bigint as injury_count
    from core.emergency_incident_casualty where agency = t.agency and record_uid = t.record_uid) c on true
union all
select 'risk_assessment' as record_type, t.agency, t.feed, t.record_uid, t.source_record_no, t.event_at, t.event_at_precision, t.event_date, t.event_tz, t.reported_at, t.reported_date, t.region_code, t.country_code, t.hazard_class_code, t.hazard_type_code, t.severity_code, t.summary,
       p.name as product_name, p.brand as product_brand, p.category_code as product_category_code, p.hs_code as product_hs_code, p.batch_lot as product_batch_lot, p.origin_country_code as product_origin_country_code,
       null::bigint as death_count, null::bigint as injury_count, t.batch_id, t.received_at, t.recorded_from
from core.risk_assessment t
left join core.risk_assessment_product p on p.agency = t.agency and p.record_uid = t.record_uid and p.position = 0
union all
select 'alert' as record_type, t.agency, t.feed, t.record_uid, t.source_record_no, t.event_at, t.event_at_precision, t.event_date, t.event_tz, t.reported_at, t.reported_date, t.region_code, t.country_code, t.hazard_class_code, t.hazard_type_code, t.severity_code, t.summary,
       p.name as product_name, p.brand as product_brand, p.category_code as product_category_code, p.hs_code as product_hs_code, p.batch_lot as product_batch_lot, p.origin_country_code as product_origin_country_code,
       null::bigint as death_count, null::bigint as injury_count, t.batch_id, t.received_at, t.recorded_from
from core.alert t
left join core.alert_product p on p.agency = t.agency and p.record_uid = t.record_uid and p.position = 0
where coalesce(t.handling_code, 'Actual') = 'Actual'
union all
select 'penalty' as record_type, t.agency, t.feed, t.record_uid, t.source_record_no, t.event_at, t.event_at_precision, t.event_date, t.event_tz, t.reported_at, t.reported_date, t.region_code, t.country_code, t.hazard_class_code, t.hazard_type_code, t.severity_code, coalesce(t.summary, left(t.violation_text, 2000)) as summary,
       p.name as product_name, p.brand as product_brand, p.category_code as product_category_code, p.hs_code as product_hs_code, p.batch_lot as product_batch_lot, p.origin_country_code as product_origin_country_code,
       null::bigint as death_count, null::bigint as injury_count, t.batch_id, t.received_at, t.recorded_from
from core.penalty t
left join core.penalty_product p on p.agency = t.agency and p.record_uid = t.record_uid and p.position = 0
union all
select 'traffic_accident' as record_type, t.agency, t.feed, t.record_uid, t.source_record_no, t.event_at, t.event_at_precision, t.event_date, t.event_tz, t.reported_at, t.reported_date, t.region_code, t.country_code, t.hazard_class_code, t.hazard_type_code, t.severity_code, t.summary,
       p.name as product_name, p.brand as product_brand, p.category_code as product_category_code, p.hs_code as product_hs_code, p.batch_lot as product_batch_lot, p.origin_country_code as product_origin_country_code,
       t.death_count as death_count, t.injury_count as injury_count, t.batch_id, t.received_at, t.recorded_from
from core.traffic_accident t
left join core.traffic_accident_product p on p.agency = t.agency and p.record_uid = t.record_uid and p.position = 0
union all
select 'litigation_clue' as record_type, t.agency, t.feed, t.record_uid, t.source_record_no, t.event_at, t.event_at_precision, t.event_date, t.event_tz, t.reported_at, t.reported_date, t.region_code, t.country_code, t.hazard_class_code, t.hazard_type_code, t.severity_code, coalesce(t.summary, left(t.harm_text, 2000)) as summary,
       p.name as product_name, p.brand as product_brand, p.category_code as product_category_code, p.hs_code as product_hs_code, p.batch_lot as product_batch_lot, p.origin_country_code as product_origin_country_code,
       null::bigint as death_count, null::bigint as injury_count, t.batch_id, t.received_at, t.recorded_from
from core.litigation_clue t
left join core.litigation_clue_product p on p.agency = t.agency and p.record_uid = t.record_uid and p.position = 0
union all
select 'acceptance_result' as record_type, t.agency, t.feed, t.record_uid, t.source_record_no, t.event_at, t.event_at_precision, t.event_date, t.event_tz, t.reported_at, t.reported_date, t.region_code, t.country_code, t.hazard_class_code, t.hazard_type_code, t.severity_code, t.summary,
       p.name as product_name, p.brand as product_brand, p.category_code as product_category_code, p.hs_code as product_hs_code, p.batch_lot as product_batch_lot, p.origin_country_code as product_origin_country_code,
       null::bigint as death_count, null::bigint as injury_count, t.batch_id, t.received_at, t.recorded_from
from core.acceptance_result t
left join core.acceptance_result_product p on p.agency = t.agency and p.record_uid = t.record_uid and p.position = 0
union all
select 'vehicle_emission_test' as record_type, t.agency, t.feed, t.record_uid, t.source_record_no, t.event_at, t.event_at_precision, t.event_date, t.event_tz, t.reported_at, t.reported_date, t.region_code, t.country_code, t.hazard_class_code, t.hazard_type_code, t.severity_code, t.summary,
       coalesce(p.name, nullif(concat_ws(' ', v.make, v.model), '')) as product_name, coalesce(p.brand, v.make) as product_brand, p.category_code as product_category_code, p.hs_code as product_hs_code, p.batch_lot as product_batch_lot, p.origin_country_code as product_origin_country_code,
       null::bigint as death_count, null::bigint as injury_count, t.batch_id, t.received_at, t.recorded_from
from core.vehicle_emission_test t
left join core.vehicle_emission_test_product p on p.agency = t.agency and p.record_uid = t.record_uid and p.position = 0
left join core.vehicle_emission_test_vehicle v on v.agency = t.agency and v.record_uid = t.record_uid and v.position = 0
where t.is_cancelled is not true  -- a cancelled test counts for nothing
union all
select 'foodborne_event' as record_type, t.agency, t.feed, t.record_uid, t.source_record_no, t.event_at, t.event_at_precision, t.event_date, t.event_tz, t.reported_at, t.reported_date, t.region_code, t.country_code, t.hazard_class_code, t.hazard_type_code, t.severity_code, t.summary,
       coalesce(p.name, left(t.food_text, 512)) as product_name, p.brand as product_brand, p.category_code as product_category_code, p.hs_code as product_hs_code, p.batch_lot as product_batch_lot, p.origin_country_code as product_origin_country_code,
       t.death_count as death_count, null::bigint as injury_count, t.batch_id, t.received_at, t.recorded_from
from core.foodborne_event t
left join core.foodborne_event_product p on p.agency = t.agency and p.record_uid = t.record_uid and p.position = 0
union all
select 'foodborne_case' as record_type, t.agency, t.feed, t.record_uid, t.source_record_no, t.event_at, t.event_at_precision, t.event_date, t.event_tz, t.reported_at, t.reported_date, t.region_code, t.country_code, t.hazard_class_code, t.hazard_type_code, t.severity_code, t.summary,
       p.name as product_name, p.brand as product_brand, p.category_code as product_category_code, p.hs_code as product_hs_code, p.batch_lot as product_batch_lot, p.origin_country_code as product_origin_country_code,
       (t.illness_outcome_code = 'died')::int::bigint as death_count, null::bigint as injury_count, t.batch_id, t.received_at, t.recorded_from
from core.foodborne_case t
left join core.foodborne_case_product p on p.agency = t.agency and p.record_uid = t.record_uid and p.position = 0
union all
select 'market_check' as record_type, t.agency, t.feed, t.record_uid, t.source_record_no, t.event_at, t.event_at_precision, t.event_date, t.event_tz, t.reported_at, t.reported_date, t.region_code, t.country_code, t.hazard_class_code, t.hazard_type_code, t.severity_code, t.summary,
       p.name as product_name, p.brand as product_brand, p.category_code as product_category_code, p.hs_code as product_hs_code, p.batch_lot as product_batch_lot, p.origin_country_code as product_origin_country_code,
       null::bigint as death_count, null::bigint as injury_count, t.batch_id, t.received_at, t.recorded_from
from core.market_check t
left join core.market_check_product p on p.agency = t.agency and p.record_uid = t.record_uid and p.position = 0
where t.result_code not in ('not_done', 'closed', 'unreachable', 'exempt')  -- no check took place
union all
select 'lab_test_result' as record_type, t.agency, t.feed, t.record_uid, t.source_record_no, t.event_at, t.event_at_precision, t.event_date, t.event_tz, t.reported_at, t.reported_date, t.region_code, t.country_code, t.hazard_class_code, t.hazard_type_code, t.severity_code, t.summary,
       p.name as product_name, p.brand as product_brand, p.category_code as product_category_code, p.hs_code as product_hs_code, p.batch_lot as product_batch_lot, p.origin_country_code as product_origin_country_code,
       null::bigint as death_count, null::bigint as injury_count, t.batch_id, t.received_at, t.recorded_from
from core.lab_test_result t
left join core.lab_test_result_product p on p.agency = t.agency and p.record_uid = t.record_uid and p.position = 0
union all
select 'complaint' as record_type, t.agency, t.feed, t.record_uid, t.source_record_no, t.event_at, t.event_at_precision, t.event_date, t.event_tz, t.reported_at, t.reported_date, t.region_code, t.country_code, t.hazard_class_code, t.hazard_type_code, t.severity_code, t.summary,
       p.name as product_name, p.brand as product_brand, p.category_code as product_category_code, p.hs_code as product_hs_code, p.batch_lot as product_batch_lot, p.origin_country_code as product_origin_country_code,
       t.death_count as death_count, t.injury_count as injury_count, t.batch_id, t.received_at, t.recorded_from
from core.complaint t
left join core.complaint_product p on p.agency = t.agency and p.record_uid = t.record_uid and p.position = 0
where t.kind_code in ('complaint', 'report', 'help')  -- an enquiry tells of no event
union all
select 'public_opinion' as record_type, t.agency, t.feed, t.record_uid, t.source_record_no, t.event_at, t.event_at_precision, t.event_date, t.event_tz, t.reported_at, t.reported_date, t.region_code, t.country_code, t.hazard_class_code, t.hazard_type_code, t.severity_code, t.summary,
       p.name as product_name, p.brand as product_brand, p.category_code as product_category_code, p.hs_code as product_hs_code, p.batch_lot as product_batch_lot, p.origin_country_code as product_origin_country_code,
       null::bigint as death_count, null::bigint as injury_count, t.batch_id, t.received_at, t.recorded_from
from core.public_opinion t
left join core.public_opinion_product p on p.agency = t.agency and p.record_uid = t.record_uid and p.position = 0
where t.verification_code is distinct from 'refuted'  -- about a product or a hazard
  and (p.position is not null
       or exists (select from core.public_opinion_hazard h where h.agency = t.agency and h.record_uid = t.record_uid));

comment on view mart.risk_event is 'One row per event of every record type 各类风险事件汇总，每事件一行';
comment on column mart.risk_event.record_type is 'Kind of event 记录类型';
comment on column mart.risk_event.agency is 'Agency that reported it 报送单位';
comment on column mart.risk_event.feed is 'Feed of the agency 报送专题';
comment on column mart.risk_event.record_uid is 'Identity of the record in the hub 记录唯一标识';
comment on column mart.risk_event.source_record_no is 'The agency''s own number 报送单位编号';
comment on column mart.risk_event.event_at is 'When it happened 事件发生时间';
comment on column mart.risk_event.event_at_precision is 'How exactly that is known 发生时间精度';
comment on column mart.risk_event.event_date is 'The sender''s local day of the event; count days by it 报送机构当地的事件日期，按日统计以此为准';
comment on column mart.risk_event.event_tz is 'Zone of that day: an IANA name, or an offset such as +08:00 该日期的时区';
comment on column mart.risk_event.reported_date is 'The sender''s local day of the report 报送机构当地的报告日期';
comment on column mart.risk_event.reported_at is 'When the agency reported it 上报时间';
comment on column mart.risk_event.region_code is 'GB/T 2260 code in force on that day 事发时有效的行政区划代码';
comment on column mart.risk_event.country_code is 'Country 国家或地区';
comment on column mart.risk_event.hazard_class_code is 'One of the five hazard classes of the policy 危害大类（健康、物理、化学、生物、环境）';
comment on column mart.risk_event.hazard_type_code is 'Type of hazard 危害类型';
comment on column mart.risk_event.severity_code is 'Severity 严重程度';
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
