-- 17. What was known on the day of a decision
-- 17. 决策当日掌握的情况
-- What did the hub know at that moment about injuries by scooters, and what has become of it since?
-- 当时平台掌握哪些滑板车伤害？此后有何变化？
-- A record counts if any of its versions names the product; so a product that was named only later counts too.
-- 任一版本写明该产品即计入；后来才写明产品的记录也计入。
with asked as (select timestamptz '2026-10-01 18:00+08' as at, 'scooter' as category),
product as (
    select agency, record_uid from core.injury_case_product join asked on category = category_code
    union
    select agency, record_uid from history.injury_case_product join asked on category = category_code
),
known as (
    select t.* from asked a cross join lateral history.injury_case_as_of(a.at) t
)
select coalesce(n.source_record_no, k.source_record_no) as record_no, coalesce(n.event_date, k.event_date) as day,
       k.severity_code as severity_then, n.severity_code as severity_now,
       case when k.record_uid is null then 'came later' when n.record_uid is null then 'withdrawn since'
            when n.record_version > k.record_version then 'corrected since' else 'as it was' end as state
from product p
left join known k using (agency, record_uid)
left join core.injury_case n using (agency, record_uid)
where k.record_uid is not null or n.record_uid is not null
order by day, record_no;
