-- Enterprises as the business registers of all feeds have them, with words for the codes.
drop view if exists mart.enterprise;
create view mart.enterprise with (security_invoker) as
select e.agency, e.feed, e.record_uid, e.source_record_no, e.uscc, e.name, e.established_date, e.valid_from, e.valid_to,
       e.reg_status_code, s.label_zh as reg_status_zh, s.label_en as reg_status_en,
       e.legal_form_code, f.label_zh as legal_form_zh, f.label_en as legal_form_en, e.legal_form_text,
       e.capital_amount, e.capital_currency_code, e.region_code, e.registered_address_text, e.industry_text,
       e.business_scope_text, e.batch_id, e.received_at, e.recorded_from
from core.enterprise e
left join code.entry s on s.list = 'reg_status' and s.code = e.reg_status_code
left join code.entry f on f.list = 'legal_form' and f.code = e.legal_form_code;

comment on view mart.enterprise is 'Enterprises of the business registers 商事登记的企业';
comment on column mart.enterprise.agency is 'Agency that keeps the register 登记信息报送单位';
comment on column mart.enterprise.feed is 'Feed of the agency 报送专题';
comment on column mart.enterprise.record_uid is 'Identity of the record in the hub 记录唯一标识';
comment on column mart.enterprise.source_record_no is 'The agency''s own number 报送单位编号';
comment on column mart.enterprise.uscc is 'Unified social credit code 统一社会信用代码';
comment on column mart.enterprise.name is 'Registered name 企业名称';
comment on column mart.enterprise.established_date is 'Day of establishment 成立日期';
comment on column mart.enterprise.valid_from is 'First day on which the entry holds 生效日期';
comment on column mart.enterprise.valid_to is 'First day on which it no longer holds; empty: it does 失效日期（空为有效）';
comment on column mart.enterprise.reg_status_code is 'Registration status 登记状态代码';
comment on column mart.enterprise.reg_status_zh is 'Registration status, in Chinese 登记状态';
comment on column mart.enterprise.reg_status_en is 'Registration status, in English 登记状态（英文）';
comment on column mart.enterprise.legal_form_code is 'Legal form 企业类型代码';
comment on column mart.enterprise.legal_form_zh is 'Legal form, in Chinese 企业类型';
comment on column mart.enterprise.legal_form_en is 'Legal form, in English 企业类型（英文）';
comment on column mart.enterprise.legal_form_text is 'Legal form in the register''s words 企业类型原文';
comment on column mart.enterprise.capital_amount is 'Registered capital in units of its currency 注册资本';
comment on column mart.enterprise.capital_currency_code is 'Currency of the capital 注册资本币种';
comment on column mart.enterprise.region_code is 'GB/T 2260 code in force on the first day 生效当日有效的行政区划代码';
comment on column mart.enterprise.registered_address_text is 'Registered address 住所';
comment on column mart.enterprise.industry_text is 'Industry in the register''s words 行业原文';
comment on column mart.enterprise.business_scope_text is 'Scope of business 经营范围';
comment on column mart.enterprise.batch_id is 'Batch that brought it; see ledger.batch 所属批次';
comment on column mart.enterprise.received_at is 'When the hub received it 平台接收时间';
comment on column mart.enterprise.recorded_from is 'When the hub loaded this version 本版本入库时间';
