-- 13. Open alerts
-- 13. 未关闭的预警
-- Which alerts are open, at which level, and who is late?
-- 哪些预警未关闭？级别如何？谁已逾期？
-- Alerts that agencies send; an expired one counts as closed. Late: a measure not begun or not ended in time, a review overdue.
-- 预警由各单位报送，过期即视为关闭。逾期指措施未按时开始或结束，或复核已过期。
with asked as (select timestamptz '2026-10-05 12:00+08' as at),
open_alert as (
    select a.*, (q.at at time zone 'Asia/Shanghai')::date as today
    from mart.alert a cross join asked q
    where a.handling_code = 'Actual' and a.message_type_code in ('Alert', 'Update') and a.issued_at <= q.at
      and coalesce(a.ended_at > q.at, true) and coalesce(a.expires_at > q.at, true)
),
measure as (
    select o.agency, o.record_uid, m.agency_text,
           m.status_code in ('planned', 'ordered') and m.valid_from < o.today
           or m.status_code in ('planned', 'ordered', 'running') and m.valid_to <= o.today as is_late
    from open_alert o
    join mart.response_measure m on m.agency = o.agency and m.for_alert_no = o.alert_no
)
select coalesce(o.level_en, o.level_text) as level, o.alert_no, o.agency, o.event_text, o.issued_date, o.today - o.issued_date as days_open,
       (o.expires_at at time zone 'Asia/Shanghai')::date as expires,
       case when o.review_date < o.today then o.today - o.review_date end as review_days_late,
       count(m.record_uid) as measures, count(*) filter (where m.is_late) as measures_late,
       string_agg(distinct m.agency_text, '、') filter (where m.is_late) as late_with
from open_alert o
left join code.entry l on l.list = 'alert_level' and l.code = o.level_code and l.valid_to is null
left join measure m using (agency, record_uid)
group by o.level_en, o.level_text, l.rank, o.alert_no, o.agency, o.event_text, o.issued_date, o.today, o.expires_at, o.review_date
order by l.rank desc nulls last, o.issued_date, o.alert_no;
