-- 15. How good the alarms are
-- 15. 预警信号的质量
-- How good is the alarm system: confirmed, false, missed?
-- 预警系统质量如何：确认、误报、漏报各多少？
-- Signals of agencies; a closed one says not how it ended. Missed: a severe event of a category without an alarm in the days before.
-- 信号由各单位报送；“已办结”未说明结论，计入未定。漏报指严重事件发生前规定天数内，该产品类别没有任何信号或预警。
with asked as (select date '2026-01-01' as first_day, date '2027-01-01' as end_day, 180 as days),
signal as (
    select distinct t.agency, t.record_uid, p.category_code, t.triage_status_code as status,
           coalesce(t.reported_date, t.event_date) as day
    from core.risk_signal t
    left join core.risk_signal_product p using (agency, record_uid)
),
alarm as (
    select category_code, day from signal where status is distinct from 'dismissed'
    union all
    select p.category_code, a.issued_date
    from mart.alert a
    join core.alert_product p using (agency, record_uid)
    where a.handling_code = 'Actual' and a.message_type_code in ('Alert', 'Update')
),
judged as (
    select s.category_code, count(*) as signals, count(*) filter (where s.status in ('verified', 'escalated')) as confirmed,
           count(*) filter (where s.status = 'dismissed') as dismissed
    from signal s
    join asked q on s.day >= q.first_day and s.day < q.end_day
    group by 1
),
serious as (
    select d.category_code, sum(d.severe)::bigint as events,
           coalesce(sum(d.severe) filter (where not exists (
               select from alarm a where a.category_code = d.category_code
                                     and a.day < d.event_date and a.day >= d.event_date - d.days)), 0)::bigint as missed
    from (
        select c.category_code, c.event_date, q.days, sum(c.severe) as severe
        from asked q
        join mart.category_day c on c.event_date >= q.first_day and c.event_date < q.end_day
        where c.record_type in ('injury_case', 'fire_incident', 'traffic_accident', 'emergency_incident', 'complaint') and c.severe > 0
        group by 1, 2, 3
    ) d
    group by 1
)
select c.label_en as category, coalesce(j.signals, 0) as signals, coalesce(j.confirmed, 0) as confirmed,
       coalesce(j.dismissed, 0) as dismissed, coalesce(j.signals - j.confirmed - j.dismissed, 0) as undecided,
       round(100.0 * j.confirmed / nullif(j.confirmed + j.dismissed, 0), 1) as percent_confirmed,
       round(100 * w.lower::numeric, 1) as low, round(100 * w.upper::numeric, 1) as high,
       coalesce(s.events, 0) as severe_events, coalesce(s.missed, 0) as missed
from judged j
full join serious s using (category_code)
cross join lateral mart.wilson(j.confirmed::double precision, (j.confirmed + j.dismissed)::double precision) w
left join code.entry c on c.list = 'product_category' and c.code = category_code and c.valid_to is null
order by missed desc, signals desc, category;
