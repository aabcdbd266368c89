-- Cases that one authority passed to another, with words for the codes and the days from one stage to the next.
drop view if exists mart.case_transfer;
create view mart.case_transfer with (security_invoker) as
select t.agency, t.feed, t.record_uid, t.source_record_no, t.case_no, t.kind_code, k.label_zh as kind_zh,
       k.label_en as kind_en, t.from_agency_text, t.to_agency_text, t.stage_code, s.label_zh as stage_zh,
       s.label_en as stage_en, t.outcome_code, o.label_zh as outcome_zh, o.label_en as outcome_en, t.sent_date,
       t.accepted_date, t.filed_date, t.prosecuted_date, t.judged_date,
       t.filed_date - t.sent_date as days_to_filed, t.charge_text, t.involved_amount, t.involved_currency_code,
       t.court_case_no, t.court_name, t.event_date, t.event_at_precision, t.region_code, t.batch_id, t.received_at,
       t.recorded_from
from core.case_transfer t
left join code.entry k on k.list = 'transfer_kind' and k.code = t.kind_code
left join code.entry s on s.list = 'transfer_stage' and s.code = t.stage_code
left join code.entry o on o.list = 'transfer_outcome' and o.code = t.outcome_code;

comment on view mart.case_transfer is 'Cases passed between authorities 案件移送';
comment on column mart.case_transfer.agency is 'Agency that reported it 报送单位';
comment on column mart.case_transfer.feed is 'Feed of the agency 报送专题';
comment on column mart.case_transfer.record_uid is 'Identity of the record in the hub 记录唯一标识';
comment on column mart.case_transfer.source_record_no is 'The agency''s own number 报送单位编号';
comment on column mart.case_transfer.case_no is 'Number of the case 案件编号';
comment on column mart.case_transfer.kind_code is 'Kind 移送类别代码';
comment on column mart.case_transfer.kind_zh is 'Kind, in Chinese 移送类别';
comment on column mart.case_transfer.kind_en is 'Kind, in English 移送类别（英文）';
comment on column mart.case_transfer.from_agency_text is 'Who sent it 移送机关';
comment on column mart.case_transfer.to_agency_text is 'Who received or judged it 接收机关';
comment on column mart.case_transfer.stage_code is 'Stage 办理环节代码';
comment on column mart.case_transfer.stage_zh is 'Stage, in Chinese 办理环节';
comment on column mart.case_transfer.stage_en is 'Stage, in English 办理环节（英文）';
comment on column mart.case_transfer.outcome_code is 'Outcome 处理结果代码';
comment on column mart.case_transfer.outcome_zh is 'Outcome, in Chinese 处理结果';
comment on column mart.case_transfer.outcome_en is 'Outcome, in English 处理结果（英文）';
comment on column mart.case_transfer.sent_date is 'Day on which it was sent 移送日期';
comment on column mart.case_transfer.accepted_date is 'Day on which it was accepted 受理日期';
comment on column mart.case_transfer.filed_date is 'Day on which a criminal case was opened 立案日期';
comment on column mart.case_transfer.prosecuted_date is 'Day on which it went to the prosecutor 移送起诉日期';
comment on column mart.case_transfer.judged_date is 'Day of the judgement 裁判日期';
comment on column mart.case_transfer.days_to_filed is 'Days from sending to opening 移送至立案天数';
comment on column mart.case_transfer.charge_text is 'Crime 罪名';
comment on column mart.case_transfer.involved_amount is 'Amount involved 涉案金额';
comment on column mart.case_transfer.involved_currency_code is 'Its currency 涉案金额币种';
comment on column mart.case_transfer.court_case_no is 'Number at the court in its normal form 法院案号';
comment on column mart.case_transfer.court_name is 'Court 审理法院';
comment on column mart.case_transfer.event_date is 'Day of the event as far as it is known 事件日期';
comment on column mart.case_transfer.event_at_precision is 'How exactly that is known 事件时间精度';
comment on column mart.case_transfer.region_code is 'GB/T 2260 code in force on that day 当日有效的行政区划代码';
comment on column mart.case_transfer.batch_id is 'Batch that brought it; see ledger.batch 所属批次';
comment on column mart.case_transfer.received_at is 'When the hub received it 平台接收时间';
comment on column mart.case_transfer.recorded_from is 'When the hub loaded this version 本版本入库时间';
