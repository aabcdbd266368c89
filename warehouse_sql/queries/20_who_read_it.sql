-- 20. Who read the personal data
-- 20. 谁查阅了个人数据
-- Who read the personal data of this case, and why?
-- 谁查阅过该案的个人数据？为何查阅？
-- An agency sees the openings of its records, the owner all, an analyst only the own ones. Reading by owner or sender leaves no trace.
-- 单位可见本单位记录的开放情况，所有者可见全部，分析人员仅见自己的。所有者和报送单位自行查阅不留痕。
with asked as (select 'hn_hospital' as agency, 'injury_case' as record_type, 'I1' as record_no),
used as (  -- openings are few, and lead to their records by the key
    select u.* from asked a join access.use u on u.agency = a.agency and u.record_type = a.record_type
),
found as (
    select agency, record_uid from core.injury_case join asked using (agency)
    where source_record_no = record_no and (agency, record_uid) in (select agency, record_uid from used)
    union
    select agency, record_uid from history.injury_case join asked using (agency)
    where source_record_no = record_no and (agency, record_uid) in (select agency, record_uid from used)
)
select date_trunc('minute', u.opened_at at time zone 'Asia/Shanghai') as opened, u.login, u.purpose, u.reason, u.basis,
       string_agg(f.column_name, ', ' order by f.column_name) as personal_fields
from found t
join used u using (agency, record_uid)
join access.field f on f.table_name || '.' || f.column_name = u.field and f.sensitivity = 'personal'
group by u.opened_at, u.login, u.purpose, u.reason, u.basis
order by u.opened_at, u.login;
