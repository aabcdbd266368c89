-- Credit grades of enterprises, with words for the codes: one row a period.
drop view if exists mart.credit_rating;
create view mart.credit_rating with (security_invoker) as
select e.agency, e.feed, e.record_uid, e.source_record_no, e.uscc, e.name, e.customs_reg_no,
       e.scheme_code, s.label_zh as scheme_zh, s.label_en as scheme_en,
       e.grade_code, g.label_zh as grade_zh, g.label_en as grade_en, e.score, e.valid_from, e.valid_to,
       e.valid_to is null or e.valid_to > current_date as is_valid, e.rated_by_text, e.document_no,
       e.batch_id, e.received_at, e.recorded_from
from core.credit_rating e
left join code.entry s on s.list = 'credit_scheme' and s.code = e.scheme_code
left join code.entry g on g.list = 'credit_grade' and g.code = e.grade_code;

comment on view mart.credit_rating is 'Credit grades of enterprises 企业信用等级';
comment on column mart.credit_rating.agency is 'Agency that reported it 报送单位';
comment on column mart.credit_rating.feed is 'Feed of the agency 报送专题';
comment on column mart.credit_rating.record_uid is 'Identity of the record in the hub 记录唯一标识';
comment on column mart.credit_rating.source_record_no is 'The agency''s own number 报送单位编号';
comment on column mart.credit_rating.uscc is 'Unified social credit code; joins mart.enterprise 统一社会信用代码';
comment on column mart.credit_rating.name is 'Name of the enterprise 企业名称';
comment on column mart.credit_rating.customs_reg_no is 'Customs registration number 海关注册编码';
comment on column mart.credit_rating.scheme_code is 'Scheme of the grade 评价体系代码';
comment on column mart.credit_rating.scheme_zh is 'Scheme, in Chinese 评价体系';
comment on column mart.credit_rating.scheme_en is 'Scheme, in English 评价体系（英文）';
comment on column mart.credit_rating.grade_code is 'Grade 等级代码';
comment on column mart.credit_rating.grade_zh is 'Grade, in Chinese 等级';
comment on column mart.credit_rating.grade_en is 'Grade, in English 等级（英文）';
comment on column mart.credit_rating.score is 'Points on which it rests 得分';
comment on column mart.credit_rating.valid_from is 'Day on which it was given 认定日期';
comment on column mart.credit_rating.valid_to is 'First day on which it no longer holds; empty: it does 失效日期（空为有效）';
comment on column mart.credit_rating.is_valid is 'Whether it holds today 当前是否有效';
comment on column mart.credit_rating.rated_by_text is 'Who gave it 评定机关';
comment on column mart.credit_rating.document_no is 'Number of the certificate 证书编号';
comment on column mart.credit_rating.batch_id is 'Batch that brought it; see ledger.batch 所属批次';
comment on column mart.credit_rating.received_at is 'When the hub received it 平台接收时间';
comment on column mart.credit_rating.recorded_from is 'When the hub loaded this version 本版本入库时间';
