-- 12. How long until it is known
-- 12. 多久才被知晓
-- How long does it take from the event to the report, and from the report to the warehouse, per agency?
-- 各单位从事件发生到上报、从上报到入库各需多久？
-- First versions only: a correction is no late report. Until alert and action: once alerts are linked to events.
-- 仅统计首个版本：更正不算迟报。至预警与处置的用时，待预警与事件关联后统计。
with first_version as (
    select 'injury_case' as record_type, agency, event_at, event_date, reported_at, reported_date, received_at, recorded_from
    from core.injury_case where record_version = 1
    union all
    select 'injury_case', agency, event_at, event_date, reported_at, reported_date, received_at, recorded_from
    from history.injury_case where record_version = 1
    union all
    select 'fire_incident', agency, event_at, event_date, reported_at, reported_date, received_at, recorded_from
    from core.fire_incident where record_version = 1
    union all
    select 'fire_incident', agency, event_at, event_date, reported_at, reported_date, received_at, recorded_from
    from history.fire_incident where record_version = 1
    union all
    select 'market_sampling', agency, event_at, event_date, reported_at, reported_date, received_at, recorded_from
    from core.market_sampling where record_version = 1
    union all
    select 'market_sampling', agency, event_at, event_date, reported_at, reported_date, received_at, recorded_from
    from history.market_sampling where record_version = 1
)
select record_type, agency, count(*) as records, count(reported_at) as with_report,
       percentile_cont(0.5) within group (order by reported_date - event_date) as days_to_report,
       max(reported_date - event_date) as slowest,
       round((percentile_cont(0.5) within group (order by extract(epoch from received_at - reported_at)) / 3600)::numeric, 1) as hours_to_hub,
       round((percentile_cont(0.5) within group (order by extract(epoch from recorded_from - received_at)) / 3600)::numeric, 1) as hours_to_load
from first_version
group by record_type, agency
order by record_type, agency;
