-- What has arrived of each record type from each city and county of Hainan, by month, with rows of zero where a feed had to
-- deliver.  A source of a provincial, central or judicial body covers all of them, any other source those that its
-- records have ever named.
create view mart.coverage with (security_invoker) as
with feed as (
    select s.agency, s.feed, k.record_type,
           exists (select from code.body b where b.code = any (s.bodies) and b.level <> 'county') as is_whole
    from ledger.source s
    cross join lateral unnest(string_to_array(s.record_type, ', ')) as k (record_type)
), unit as (
    select distinct unit_code, unit_zh, unit_en from mart.hainan_unit
), arrived as (
    select r.record_type, r.agency, r.feed, u.unit_code, r.month, sum(r.records) as records
    from mart.region_month r
    join mart.hainan_unit u using (region_code)
    where r.month is not null
    group by 1, 2, 3, 4, 5
), scope as (
    select f.agency, f.feed, f.record_type, u.unit_code from feed f cross join unit u where f.is_whole
    union
    select agency, feed, record_type, unit_code from arrived
), owed as (
    select p.agency, p.feed, m.month::date as month, bool_or(p.state_code in ('delivered', 'late', 'zero')) as is_delivered,
           bool_and(p.state_code = 'open') as is_open
    from mart.feed_period p
    cross join lateral generate_series(date_trunc('month', p.first_day::timestamp), p.last_day::timestamp, interval '1 month') m (month)
    group by 1, 2, 3
), cell as (
    select s.record_type, s.unit_code, o.month, count(*) as feeds_expected, count(*) filter (where o.is_delivered) as feeds_delivered,
           bool_and(o.is_open) as is_open
    from scope s
    join owed o using (agency, feed)
    group by 1, 2, 3
), known as (
    select record_type, unit_code, month, sum(records)::bigint as records, count(*) as feeds_arrived
    from arrived
    group by 1, 2, 3
)
select record_type, unit_code as region_code, u.unit_zh as region_zh, u.unit_en as region_en, month,
       coalesce(k.records, 0) as records, coalesce(k.feeds_arrived, 0) as feeds_arrived,
       coalesce(c.feeds_expected, 0) as feeds_expected, coalesce(c.feeds_delivered, 0) as feeds_delivered,
       case when k.records > 0 then 'arrived' when c.feeds_delivered > 0 then 'empty' when c.is_open then 'open' else 'missing'
       end as state_code
from cell c
full join known k using (record_type, unit_code, month)
join unit u using (unit_code);
comment on view mart.coverage is 'Records by type, city or county of Hainan and month, with zeros where a feed had to deliver 各记录类型在海南各市县各月的数据覆盖（应报而无数据者为零）';
comment on column mart.coverage.record_type is 'Record type 记录类型';
comment on column mart.coverage.region_code is 'City or county of today 现行市县代码';
comment on column mart.coverage.region_zh is 'Its name in Chinese 市县名称';
comment on column mart.coverage.region_en is 'Its name in English 市县英文名称';
comment on column mart.coverage.month is 'First day of the month 月份（首日）';
comment on column mart.coverage.records is 'Records of that month that hold now 当前有效记录数';
comment on column mart.coverage.feeds_arrived is 'Feeds that such records came from 有数据的来源数';
comment on column mart.coverage.feeds_expected is 'Feeds that had to deliver in that month 应报送的来源数';
comment on column mart.coverage.feeds_delivered is 'Feeds of which a delivery was accepted, or declared empty, for that month 已报送（含零报送）的来源数';
comment on column mart.coverage.state_code is 'arrived; empty: delivered, and nothing for this place; missing: nothing was delivered; open: not due yet 有数据、已报送但本地无数据、未报送、未到期';
