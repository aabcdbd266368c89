-- Notices from abroad with the notice that each one continues, their first product, countries, measures and headlines.
-- A follow-up may come before the notice that it continues: it then waits for it.
drop view if exists mart.overseas_notification;
create view mart.overseas_notification with (security_invoker) as
select n.agency, n.feed, n.record_uid, n.system_code, n.ref_no, n.notification_type_code, n.notified_date,
       n.notifying_country_code, n.notifier_text, n.risk_level_code, n.follow_up_of,
       o.agency as original_agency, o.record_uid as original_record_uid,
       n.follow_up_of is not null and o.record_uid is null as is_original_awaited,
       p.name as product_name, p.category_code as product_category_code,
       p.origin_country_code as product_origin_country_code, n.hazard_class_code, n.hazard_type_code,
       c.affected_country_codes, m.measures, h.headline_zh, h.headline_en, n.url, n.batch_id, n.received_at, n.recorded_from
from core.overseas_notification n
left join (
    select distinct on (system_code, ref_no) system_code, ref_no, agency, record_uid
    from core.overseas_notification
    order by system_code, ref_no, recorded_from, agency, record_uid
) o on o.system_code = n.system_code and o.ref_no = n.follow_up_of
left join core.overseas_notification_product p on p.agency = n.agency and p.record_uid = n.record_uid and p.position = 0
left join lateral (
    select array_agg(country_code order by position) filter (where country_code is not null) as affected_country_codes
    from core.overseas_notification_affected_country where agency = n.agency and record_uid = n.record_uid
) c on true
left join lateral (
    select string_agg(coalesce(type_text, type_code), '; ' order by position) as measures
    from core.overseas_notification_measure where agency = n.agency and record_uid = n.record_uid
) m on true
left join lateral (
    select min(headline) filter (where language ilike 'zh%') as headline_zh,
           min(headline) filter (where language ilike 'en%') as headline_en
    from core.overseas_notification_text where agency = n.agency and record_uid = n.record_uid
) h on true;

comment on view mart.overseas_notification is 'One row per notice from abroad 境外通报，每份一行';
comment on column mart.overseas_notification.agency is 'Agency that sent it to the hub 报送单位';
comment on column mart.overseas_notification.feed is 'Feed of the agency 报送专题';
comment on column mart.overseas_notification.record_uid is 'Identity of the record in the hub 记录唯一标识';
comment on column mart.overseas_notification.system_code is 'System of notification 通报系统';
comment on column mart.overseas_notification.ref_no is 'Reference within the system 通报编号';
comment on column mart.overseas_notification.notification_type_code is 'Kind of notification 通报类型';
comment on column mart.overseas_notification.notified_date is 'Day of the notice 通报日期';
comment on column mart.overseas_notification.notifying_country_code is 'Country that gave notice 通报国（地区）';
comment on column mart.overseas_notification.notifier_text is 'Notifier as written 通报方原文';
comment on column mart.overseas_notification.risk_level_code is 'Risk as the notifier judged it 风险等级';
comment on column mart.overseas_notification.follow_up_of is 'Reference of the notice that it continues 所跟进通报';
comment on column mart.overseas_notification.original_agency is 'Agency that sent that notice 原通报的报送单位';
comment on column mart.overseas_notification.original_record_uid is 'Record of that notice 原通报的记录标识';
comment on column mart.overseas_notification.is_original_awaited is 'That notice has not come yet 原通报尚未收到';
comment on column mart.overseas_notification.product_name is 'First product 产品（首项）';
comment on column mart.overseas_notification.product_category_code is 'Its category 产品类别';
comment on column mart.overseas_notification.product_origin_country_code is 'Its country of origin 原产国';
comment on column mart.overseas_notification.hazard_class_code is 'Class of the main hazard 危害大类';
comment on column mart.overseas_notification.hazard_type_code is 'Type of the main hazard 危害类型';
comment on column mart.overseas_notification.affected_country_codes is 'Countries that the product came to 受影响国家（地区）';
comment on column mart.overseas_notification.measures is 'What was done about it, as written 措施';
comment on column mart.overseas_notification.headline_zh is 'Headline in Chinese 中文标题';
comment on column mart.overseas_notification.headline_en is 'Headline in English 英文标题';
comment on column mart.overseas_notification.url is 'Where the notice can be read 通报原文网址';
comment on column mart.overseas_notification.batch_id is 'Batch that brought it; see ledger.batch 所属批次';
comment on column mart.overseas_notification.received_at is 'When the hub received it 平台接收时间';
comment on column mart.overseas_notification.recorded_from is 'When the hub loaded this version 本版本入库时间';
