-- 4. One enterprise across agencies
-- 4. 一家企业，多家单位
-- What do the agencies hold about the enterprise with this credit code: goods, failures, penalties, recalls, credit?
-- 该统一社会信用代码的企业有哪些申报、不合格、处罚、召回与信用记录？
-- Finds by the credit code alone: a record that gives only a name is not found.
-- 仅按统一社会信用代码查找：只写名称的记录查不到。
with asked as (select '91460100MA0HN2014H' as uscc),
part as (
    select record_type, agency, record_uid, role_code from mart.party_key join asked using (uscc)
),
fact as (
    select p.record_type, t.agency, t.source_record_no, t.event_at, t.event_date, p.role_code, 'ie_flag' as list, t.ie_flag_code as code
    from part p join core.customs_declaration t using (agency, record_uid) where p.record_type = 'customs_declaration'
    union all
    select p.record_type, t.agency, t.source_record_no, t.event_at, t.event_date, p.role_code, 'insp_result', t.result_code
    from part p join core.port_inspection t using (agency, record_uid) where p.record_type = 'port_inspection'
    union all
    select p.record_type, t.agency, t.source_record_no, t.event_at, t.event_date, p.role_code, 'verdict', t.verdict_code
    from part p join core.market_sampling t using (agency, record_uid) where p.record_type = 'market_sampling'
    union all
    select p.record_type, t.agency, t.source_record_no, t.event_at, t.event_date, p.role_code, 'recall_class', t.recall_class_code
    from part p join core.recall t using (agency, record_uid) where p.record_type = 'recall'
    union all
    select p.record_type, t.agency, t.source_record_no, t.event_at, t.event_date, p.role_code, 'notification_type',
           t.notification_type_code
    from part p join core.overseas_notification t using (agency, record_uid) where p.record_type = 'overseas_notification'
    union all
    select p.record_type, t.agency, t.source_record_no, t.event_at, t.event_date, p.role_code, 'penalty_class',
           (select i.class_code from core.penalty_penalty_item i
            where i.agency = t.agency and i.record_uid = t.record_uid order by i.position limit 1)
    from part p join core.penalty t using (agency, record_uid) where p.record_type = 'penalty'
    union all
    select p.record_type, t.agency, t.source_record_no, t.event_at, t.event_date, p.role_code, 'complaint_kind', t.kind_code
    from part p join core.complaint t using (agency, record_uid) where p.record_type = 'complaint'
    union all
    select 'credit_event', agency, source_record_no, null, valid_from, null, 'credit_list', list_kind_code
    from core.credit_event join asked using (uscc)
    union all
    select 'credit_rating', agency, source_record_no, null, valid_from, null, 'credit_grade', grade_code
    from core.credit_rating join asked using (uscc)
    union all
    select 'enterprise', agency, source_record_no, null, valid_from, null, 'reg_status', reg_status_code
    from core.enterprise join asked using (uscc)
)
select coalesce(f.event_date, f.event_at::date) as day, f.agency, f.record_type, w.label_zh as result_zh, w.label_en as result_en,
       string_agg(distinct r.label_en, ', ' order by r.label_en) as roles, f.source_record_no
from fact f
left join code.entry w on w.list = f.list and w.code = f.code
                      and coalesce(f.event_date, f.event_at::date) >= coalesce(w.valid_from, '-infinity'::date)
                      and coalesce(f.event_date, f.event_at::date) < coalesce(w.valid_to, 'infinity'::date)
left join code.entry r on r.list = 'party_role' and r.code = f.role_code
                      and coalesce(f.event_date, f.event_at::date) >= coalesce(r.valid_from, '-infinity'::date)
                      and coalesce(f.event_date, f.event_at::date) < coalesce(r.valid_to, 'infinity'::date)
group by day, f.agency, f.record_type, w.label_zh, w.label_en, f.source_record_no
order by day nulls last, f.record_type, f.source_record_no;
