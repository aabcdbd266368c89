-- Clues for public interest litigation, with words for the codes and whether the time limit was kept.
drop view if exists mart.litigation_clue;
create view mart.litigation_clue with (security_invoker) as
select t.agency, t.feed, t.record_uid, t.source_record_no, t.clue_no, t.kind_code, k.label_zh as kind_zh,
       k.label_en as kind_en, t.field_code, f.label_zh as field_zh, f.label_en as field_en, t.stage_code,
       s.label_zh as stage_zh, s.label_en as stage_en, t.rectification_code, r.label_zh as rectification_zh,
       r.label_en as rectification_en, t.found_date, t.filed_date, t.proposed_date, t.due_date, t.replied_date,
       t.rectified_date, t.sued_date,
       t.due_date < coalesce(t.rectified_date, current_date)
       and coalesce(t.rectification_code, '') not in ('not_needed') as is_overdue,
       a.document_count, t.organ_text, t.obliged_agency_text, t.harm_text, t.loss_amount, t.loss_currency_code,
       t.region_code, t.batch_id, t.received_at, t.recorded_from
from core.litigation_clue t
left join lateral (
    select count(*) as document_count from core.litigation_clue_attachment
    where agency = t.agency and record_uid = t.record_uid) a on true
left join code.entry k on k.list = 'litigation_kind' and k.code = t.kind_code
left join code.entry f on f.list = 'litigation_field' and f.code = t.field_code
left join code.entry s on s.list = 'litigation_stage' and s.code = t.stage_code
left join code.entry r on r.list = 'rectification_status' and r.code = t.rectification_code;

comment on view mart.litigation_clue is 'Clues for public interest litigation 公益诉讼线索和整改情况';
comment on column mart.litigation_clue.agency is 'Agency that reported it 报送单位';
comment on column mart.litigation_clue.feed is 'Feed of the agency 报送专题';
comment on column mart.litigation_clue.record_uid is 'Identity of the record in the hub 记录唯一标识';
comment on column mart.litigation_clue.source_record_no is 'The agency''s own number 报送单位编号';
comment on column mart.litigation_clue.clue_no is 'Number of the clue 线索编号';
comment on column mart.litigation_clue.kind_code is 'Kind 公益诉讼类别代码';
comment on column mart.litigation_clue.kind_zh is 'Kind, in Chinese 公益诉讼类别';
comment on column mart.litigation_clue.kind_en is 'Kind, in English 公益诉讼类别（英文）';
comment on column mart.litigation_clue.field_code is 'Field 公益诉讼领域代码';
comment on column mart.litigation_clue.field_zh is 'Field, in Chinese 公益诉讼领域';
comment on column mart.litigation_clue.field_en is 'Field, in English 公益诉讼领域（英文）';
comment on column mart.litigation_clue.stage_code is 'Stage 办理环节代码';
comment on column mart.litigation_clue.stage_zh is 'Stage, in Chinese 办理环节';
comment on column mart.litigation_clue.stage_en is 'Stage, in English 办理环节（英文）';
comment on column mart.litigation_clue.rectification_code is 'Rectification 整改状态代码';
comment on column mart.litigation_clue.rectification_zh is 'Rectification, in Chinese 整改状态';
comment on column mart.litigation_clue.rectification_en is 'Rectification, in English 整改状态（英文）';
comment on column mart.litigation_clue.found_date is 'Day on which it was found 发现日期';
comment on column mart.litigation_clue.filed_date is 'Day on which a case was opened 立案日期';
comment on column mart.litigation_clue.proposed_date is 'Day of the proposal 检察建议日期';
comment on column mart.litigation_clue.due_date is 'Last day for the agency to act 整改期限';
comment on column mart.litigation_clue.replied_date is 'Day of the reply 回复日期';
comment on column mart.litigation_clue.rectified_date is 'Day on which it was put right 整改完成日期';
comment on column mart.litigation_clue.sued_date is 'Day of the action 起诉日期';
comment on column mart.litigation_clue.is_overdue is 'Whether it was or is put right after the time limit 是否超期整改';
comment on column mart.litigation_clue.document_count is 'Documents that prove it 证明材料数';
comment on column mart.litigation_clue.organ_text is 'Procuratorate 检察机关';
comment on column mart.litigation_clue.obliged_agency_text is 'Agency in charge 负有监管职责的机关';
comment on column mart.litigation_clue.harm_text is 'Harm 公益受损情况';
comment on column mart.litigation_clue.loss_amount is 'Loss 损失金额';
comment on column mart.litigation_clue.loss_currency_code is 'Its currency 损失币种';
comment on column mart.litigation_clue.region_code is 'GB/T 2260 code in force on that day 当日有效的行政区划代码';
comment on column mart.litigation_clue.batch_id is 'Batch that brought it; see ledger.batch 所属批次';
comment on column mart.litigation_clue.received_at is 'When the hub received it 平台接收时间';
comment on column mart.litigation_clue.recorded_from is 'When the hub loaded this version 本版本入库时间';
