-- Test results of third parties with the decision on them; a violation with its sanction is what may be disclosed.
drop view if exists mart.acceptance_result;
create view mart.acceptance_result with (security_invoker) as
select t.agency, t.feed, t.record_uid, t.source_record_no, t.report_no, t.lab_name, t.lab_uscc, t.lab_country_code,
       t.tested_date, t.decided_date, t.declaration_no, t.decision_code, d.label_zh as decision_zh,
       d.label_en as decision_en, t.verdict_code, t.violation_code, v.label_zh as violation_zh,
       v.label_en as violation_en, t.sanction_code, s.label_zh as sanction_zh, s.label_en as sanction_en,
       t.sanction_date, t.disclosed_date, p.name as product_name, p.hs_code as product_hs_code, t.batch_id,
       t.received_at, t.recorded_from
from core.acceptance_result t
left join core.acceptance_result_product p on p.agency = t.agency and p.record_uid = t.record_uid and p.position = 0
left join code.entry d on d.list = 'acceptance_decision' and d.code = t.decision_code
left join code.entry v on v.list = 'acceptance_violation' and v.code = t.violation_code
left join code.entry s on s.list = 'acceptance_sanction' and s.code = t.sanction_code;

comment on view mart.acceptance_result is 'Test results of laboratories that are accepted, and sanctions 检验结果采信及违规处理';
comment on column mart.acceptance_result.agency is 'Agency that reported it 报送单位';
comment on column mart.acceptance_result.feed is 'Feed of the agency 报送专题';
comment on column mart.acceptance_result.record_uid is 'Identity of the record in the hub 记录唯一标识';
comment on column mart.acceptance_result.source_record_no is 'The agency''s own number 报送单位编号';
comment on column mart.acceptance_result.report_no is 'Number of the report 检验报告编号';
comment on column mart.acceptance_result.lab_name is 'Laboratory 检验机构';
comment on column mart.acceptance_result.lab_uscc is 'Its unified social credit code; joins mart.enterprise 检验机构统一社会信用代码';
comment on column mart.acceptance_result.lab_country_code is 'Its country 检验机构所在国家或地区';
comment on column mart.acceptance_result.tested_date is 'Day of the test 检验日期';
comment on column mart.acceptance_result.decided_date is 'Day of the decision 采信决定日期';
comment on column mart.acceptance_result.declaration_no is 'Customs declaration 报关单号';
comment on column mart.acceptance_result.decision_code is 'Decision 采信决定代码';
comment on column mart.acceptance_result.decision_zh is 'Decision, in Chinese 采信决定';
comment on column mart.acceptance_result.decision_en is 'Decision, in English 采信决定（英文）';
comment on column mart.acceptance_result.verdict_code is 'Verdict of the report 检验结论代码';
comment on column mart.acceptance_result.violation_code is 'Violation 违规情形代码';
comment on column mart.acceptance_result.violation_zh is 'Violation, in Chinese 违规情形';
comment on column mart.acceptance_result.violation_en is 'Violation, in English 违规情形（英文）';
comment on column mart.acceptance_result.sanction_code is 'Sanction 处理措施代码';
comment on column mart.acceptance_result.sanction_zh is 'Sanction, in Chinese 处理措施';
comment on column mart.acceptance_result.sanction_en is 'Sanction, in English 处理措施（英文）';
comment on column mart.acceptance_result.sanction_date is 'Day of the sanction 处理日期';
comment on column mart.acceptance_result.disclosed_date is 'Day on which it was made public; empty: it is not 披露日期（空为未披露）';
comment on column mart.acceptance_result.product_name is 'First product 商品（首项）';
comment on column mart.acceptance_result.product_hs_code is 'Its HS code 商品编码';
comment on column mart.acceptance_result.batch_id is 'Batch that brought it; see ledger.batch 所属批次';
comment on column mart.acceptance_result.received_at is 'When the hub received it 平台接收时间';
comment on column mart.acceptance_result.recorded_from is 'When the hub loaded this version 本版本入库时间';
