-- Stays of enterprises on lists, with words for the codes: one row a stay, so that an enterprise that was taken off and put
-- on again has several.
drop view if exists mart.credit_event;
create view mart.credit_event with (security_invoker) as
select e.agency, e.feed, e.record_uid, e.source_record_no, e.name, e.name_en, e.home_country_code, e.uscc, e.org_code,
       e.list_kind_code, k.label_zh as list_kind_zh, k.label_en as list_kind_en, e.valid_from,
       coalesce(e.is_start_unknown, false) as is_start_unknown, e.valid_to,
       e.valid_to is null or e.valid_to > current_date as is_listed, e.reason_text, e.legal_basis_text, e.listed_by_text,
       e.delisted_by_text, e.delisting_reason_text, e.document_no, e.repair_code, e.arrears_amount, e.currency_code,
       e.tax_kind_text, e.region_code, e.batch_id, e.received_at, e.recorded_from
from core.credit_event e
left join code.entry k on k.list = 'credit_list' and k.code = e.list_kind_code;

comment on view mart.credit_event is 'Stays of enterprises on credit lists 企业列入信用名单的期间';
comment on column mart.credit_event.agency is 'Agency that reported it 报送单位';
comment on column mart.credit_event.feed is 'Feed of the agency 报送专题';
comment on column mart.credit_event.record_uid is 'Identity of the record in the hub 记录唯一标识';
comment on column mart.credit_event.source_record_no is 'The agency''s own number 报送单位编号';
comment on column mart.credit_event.name is 'Name of the enterprise 企业名称';
comment on column mart.credit_event.name_en is 'Name in English 英文名称';
comment on column mart.credit_event.home_country_code is 'Country of the enterprise, ISO 3166-1 alpha-3 企业所属国家（地区）';
comment on column mart.credit_event.uscc is 'Unified social credit code; joins mart.enterprise 统一社会信用代码';
comment on column mart.credit_event.org_code is 'Organisation code 组织机构代码';
comment on column mart.credit_event.list_kind_code is 'List 名单类别代码';
comment on column mart.credit_event.list_kind_zh is 'List, in Chinese 名单类别';
comment on column mart.credit_event.list_kind_en is 'List, in English 名单类别（英文）';
comment on column mart.credit_event.valid_from is 'Day on which it was put on; empty where the list does not say 列入日期，名单未注明时为空';
comment on column mart.credit_event.is_start_unknown is 'Whether the list says of nobody since when 列入日期是否未知';
comment on column mart.credit_event.valid_to is 'Day on which it was taken off; empty: it is still on 移出日期（空为仍在名单）';
comment on column mart.credit_event.is_listed is 'Whether it is on the list today 当前是否在名单';
comment on column mart.credit_event.reason_text is 'Why it was put on 列入事由';
comment on column mart.credit_event.legal_basis_text is 'Rule on which that rests 列入依据';
comment on column mart.credit_event.listed_by_text is 'Who put it on 列入机关';
comment on column mart.credit_event.delisted_by_text is 'Who took it off 移出机关';
comment on column mart.credit_event.delisting_reason_text is 'Why it was taken off 移出事由';
comment on column mart.credit_event.document_no is 'Number of the decision or case 文号或案号';
comment on column mart.credit_event.repair_code is 'Credit repair 信用修复状态代码';
comment on column mart.credit_event.arrears_amount is 'What is owed 欠缴金额';
comment on column mart.credit_event.currency_code is 'Currency of the arrears 币种';
comment on column mart.credit_event.tax_kind_text is 'Tax that is owed 税种';
comment on column mart.credit_event.region_code is 'GB/T 2260 code in force on the first day 列入当日有效的行政区划代码';
comment on column mart.credit_event.batch_id is 'Batch that brought it; see ledger.batch 所属批次';
comment on column mart.credit_event.received_at is 'When the hub received it 平台接收时间';
comment on column mart.credit_event.recorded_from is 'When the hub loaded this version 本版本入库时间';
