-- Alerts as they stand, each with its first text in Chinese, else the first one, and whether a later message ended it.
-- What an alert said before stays: every message of a thread is a row of its own.
drop view if exists mart.alert;
create view mart.alert with (security_invoker) as
select a.agency, a.feed, a.record_uid, a.alert_no, a.issued_at, a.event_date as issued_date, a.message_type_code,
       a.handling_code, a.audience_code, a.level_code, l.label_zh as level_zh, l.label_en as level_en, a.level_text,
       a.event_text, a.urgency_code, a.event_severity_code, a.certainty_code, a.effective_at, a.expires_at,
       a.is_urgent, a.review_date, a.region_code, t.language, t.headline, t.description, t.instruction,
       s.languages, s.areas, s.country_codes, p.product_name, e.relation_code as ended_by_relation_code,
       e.alert_no as ended_by_alert_no, e.issued_at as ended_at, a.url, a.batch_id, a.received_at, a.recorded_from
from core.alert a
left join code.entry l on l.list = 'alert_level' and l.code = a.level_code
left join lateral (
    select language, headline, description, instruction
    from core.alert_text
    where agency = a.agency and record_uid = a.record_uid
    order by language not ilike 'zh%', position
    limit 1
) t on true
left join lateral (
    select (select array_agg(distinct language order by language)
            from core.alert_text where agency = a.agency and record_uid = a.record_uid) as languages,
           array_agg(distinct description order by description) filter (where description is not null) as areas,
           array_agg(distinct country_code order by country_code) filter (where country_code is not null)
               as country_codes
    from core.alert_area
    where agency = a.agency and record_uid = a.record_uid
) s on true
left join lateral (
    select name as product_name
    from core.alert_product
    where agency = a.agency and record_uid = a.record_uid and name is not null
    order by position
    limit 1
) p on true
left join lateral (
    select k.relation_code, o.alert_no, o.issued_at
    from core.alert_link k
    join core.alert o on o.agency = k.agency and o.record_uid = k.record_uid
    where k.agency = a.agency and k.target_no = a.alert_no and k.target_record_type = 'alert' and o.feed = a.feed
          and k.relation_code in ('replaces', 'cancels', 'corrects')
    order by o.issued_at, o.alert_no
    limit 1
) e on true;

comment on view mart.alert is 'One row per message of an alert 预警消息，每条一行';
comment on column mart.alert.agency is 'Agency that sent it to the hub 报送单位';
comment on column mart.alert.feed is 'Feed of the agency 报送专题';
comment on column mart.alert.record_uid is 'Identity of the record in the hub 记录唯一标识';
comment on column mart.alert.alert_no is 'Number of the message 预警编号';
comment on column mart.alert.issued_at is 'When the message was sent 发布时间';
comment on column mart.alert.issued_date is 'The sender''s local day of that 发布日期';
comment on column mart.alert.message_type_code is 'First message, update or cancellation 消息类型';
comment on column mart.alert.handling_code is 'Actual, exercise or test: count only Actual 消息性质（统计时只取 Actual）';
comment on column mart.alert.audience_code is 'For whom it is meant 发布对象';
comment on column mart.alert.level_code is 'Level 预警级别代码';
comment on column mart.alert.level_zh is 'Level, in Chinese 预警级别';
comment on column mart.alert.level_en is 'Level, in English 预警级别（英文）';
comment on column mart.alert.level_text is 'Level in the sender''s own scheme 级别原文';
comment on column mart.alert.event_text is 'Event that it warns of 预警事件';
comment on column mart.alert.urgency_code is 'How soon one has to act 紧迫程度';
comment on column mart.alert.event_severity_code is 'How grave the event is 事件严重程度';
comment on column mart.alert.certainty_code is 'How certain the event is 确定程度';
comment on column mart.alert.effective_at is 'When it takes effect 生效时间';
comment on column mart.alert.expires_at is 'When it expires 失效时间';
comment on column mart.alert.is_urgent is 'Issued before an assessment was at hand 是否先行发布';
comment on column mart.alert.review_date is 'Day on which it is reviewed 复核日期';
comment on column mart.alert.region_code is 'GB/T 2260 code in force on that day 行政区划代码';
comment on column mart.alert.language is 'Language of the four texts here 文本语言';
comment on column mart.alert.headline is 'Headline 标题';
comment on column mart.alert.description is 'What it says 内容';
comment on column mart.alert.instruction is 'What to do 措施建议';
comment on column mart.alert.languages is 'All languages that it has texts in 全部语言';
comment on column mart.alert.areas is 'Areas, in words 涉及区域';
comment on column mart.alert.country_codes is 'Countries of the areas 涉及国家（地区）';
comment on column mart.alert.product_name is 'First product that it is about 涉及产品（首项）';
comment on column mart.alert.ended_by_relation_code is 'How a later message ended it; empty: none did 被后续消息替代或解除（空为否）';
comment on column mart.alert.ended_by_alert_no is 'Number of that message 后续消息编号';
comment on column mart.alert.ended_at is 'When that was sent 后续消息发布时间';
comment on column mart.alert.url is 'Where it can be read 网址';
comment on column mart.alert.batch_id is 'Batch that brought it; see ledger.batch 所属批次';
comment on column mart.alert.received_at is 'When the hub received it 平台接收时间';
comment on column mart.alert.recorded_from is 'When the hub loaded this version 本版本入库时间';

-- Measures with the alert that they answer and the latest evaluation of their effect.
drop view if exists mart.response_measure;
create view mart.response_measure with (security_invoker) as
select m.agency, m.feed, m.record_uid, m.measure_no, m.type_code, y.label_zh as type_zh, y.label_en as type_en,
       m.type_text, m.valid_from, m.valid_to, m.status_code, m.agency_text, m.coverage_count, m.for_alert_no,
       a.level_code as alert_level_code, a.event_text as alert_event_text, m.evaluation_no, v.rating_code, v.done_rate,
       v.evaluated_date, m.end_reason_text, m.batch_id, m.received_at, m.recorded_from
from core.response_measure m
left join code.entry y on y.list = 'measure_type' and y.code = m.type_code
left join lateral (
    select level_code, event_text
    from core.alert
    where agency = m.agency and alert_no = m.for_alert_no
    order by issued_at desc
    limit 1
) a on true
left join lateral (
    select rating_code, done_rate, evaluated_date
    from core.effect_evaluation
    where agency = m.agency and measure_no = m.measure_no
    order by evaluated_date desc
    limit 1
) v on true;

comment on view mart.response_measure is 'Measures against risks, with their alert and evaluation 应对措施及其预警和效果评估';
comment on column mart.response_measure.agency is 'Agency that reported it 报送单位';
comment on column mart.response_measure.feed is 'Feed of the agency 报送专题';
comment on column mart.response_measure.record_uid is 'Identity of the record in the hub 记录唯一标识';
comment on column mart.response_measure.measure_no is 'Number of the measure 措施编号';
comment on column mart.response_measure.type_code is 'Type of measure 措施类型代码';
comment on column mart.response_measure.type_zh is 'Type of measure, in Chinese 措施类型';
comment on column mart.response_measure.type_en is 'Type of measure, in English 措施类型（英文）';
comment on column mart.response_measure.type_text is 'The measure as written 措施原文';
comment on column mart.response_measure.valid_from is 'First day 开始日期';
comment on column mart.response_measure.valid_to is 'First day after its end; empty: it goes on 失效日期（空为持续）';
comment on column mart.response_measure.status_code is 'How far it is 状态';
comment on column mart.response_measure.agency_text is 'Who carries it out 实施机构';
comment on column mart.response_measure.coverage_count is 'Enterprises, places or products that it reaches 覆盖数量';
comment on column mart.response_measure.for_alert_no is 'Alert that it answers 对应预警编号';
comment on column mart.response_measure.alert_level_code is 'Level of that alert 预警级别';
comment on column mart.response_measure.alert_event_text is 'Event of that alert 预警事件';
comment on column mart.response_measure.evaluation_no is 'Evaluation that the measure names 效果评估编号';
comment on column mart.response_measure.rating_code is 'Rating of the latest evaluation 最近一次评估结果';
comment on column mart.response_measure.done_rate is 'Share done by that evaluation, 0 to 1 完成率';
comment on column mart.response_measure.evaluated_date is 'Day of that evaluation 评估日期';
comment on column mart.response_measure.end_reason_text is 'Why it ended without an evaluation 终止原因';
comment on column mart.response_measure.batch_id is 'Batch that brought it; see ledger.batch 所属批次';
comment on column mart.response_measure.received_at is 'When the hub received it 平台接收时间';
comment on column mart.response_measure.recorded_from is 'When the hub loaded this version 本版本入库时间';

-- Supplies for emergencies, one row per item of a site.
drop view if exists mart.emergency_resource;
create view mart.emergency_resource with (security_invoker) as
select r.agency, r.feed, r.record_uid, r.site_no, r.site_name, r.operator_text, r.region_code, r.valid_from, r.valid_to,
       i.position, i.item_text, i.item_code, k.label_zh as item_zh, k.label_en as item_en, i.is_needed, i.quantity,
       i.unit_code, i.standard_text, i.checked_date, i.expiry_date, r.batch_id, r.received_at, r.recorded_from
from core.emergency_resource r
join core.emergency_resource_item i on i.agency = r.agency and i.record_uid = r.record_uid
left join code.entry k on k.list = 'emergency_item' and k.code = i.item_code;

comment on view mart.emergency_resource is 'Supplies for emergencies, one row per item 应急物资，每项一行';
comment on column mart.emergency_resource.agency is 'Agency that reported it 报送单位';
comment on column mart.emergency_resource.feed is 'Feed of the agency 报送专题';
comment on column mart.emergency_resource.record_uid is 'Identity of the record in the hub 记录唯一标识';
comment on column mart.emergency_resource.site_no is 'Number of the site 储备点编号';
comment on column mart.emergency_resource.site_name is 'Name of the site 储备点名称';
comment on column mart.emergency_resource.operator_text is 'Who keeps it 管理单位';
comment on column mart.emergency_resource.region_code is 'GB/T 2260 code 行政区划代码';
comment on column mart.emergency_resource.valid_from is 'First day on which the entry holds 生效日期';
comment on column mart.emergency_resource.valid_to is 'First day on which it no longer does 失效日期';
comment on column mart.emergency_resource.position is 'Place of the item in the site''s list 序号';
comment on column mart.emergency_resource.item_text is 'Item as written 物资名称原文';
comment on column mart.emergency_resource.item_code is 'Kind of item 物资类别代码';
comment on column mart.emergency_resource.item_zh is 'Kind of item, in Chinese 物资类别';
comment on column mart.emergency_resource.item_en is 'Kind of item, in English 物资类别（英文）';
comment on column mart.emergency_resource.is_needed is 'The site says that it needs it; no quantity 是否需要（不代表数量）';
comment on column mart.emergency_resource.quantity is 'How much there is; of what is needed, how much of it 现有数量或所需数量';
comment on column mart.emergency_resource.unit_code is 'Unit of the quantity 计量单位';
comment on column mart.emergency_resource.standard_text is 'Standard or specification 执行标准';
comment on column mart.emergency_resource.checked_date is 'Day of the last check 最近检查日期';
comment on column mart.emergency_resource.expiry_date is 'Last day of use 有效期至';
comment on column mart.emergency_resource.batch_id is 'Batch that brought it; see ledger.batch 所属批次';
comment on column mart.emergency_resource.received_at is 'When the hub received it 平台接收时间';
comment on column mart.emergency_resource.recorded_from is 'When the hub loaded this version 本版本入库时间';
