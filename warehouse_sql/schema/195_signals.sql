-- Counts of today that are higher than chance explains.  The model is a negative binomial prediction from the days before:
-- with seven days and a normal limit, as many systems do it, small counts alarm twenty to fifty times too often.
drop view if exists mart.signal_today;
drop function if exists mart.signal_on(date);
drop function if exists mart.nb_tail(double precision, double precision, bigint);

-- Summed in logarithms: p^size is too small for a double where some hundreds are expected.
create function mart.nb_tail(size double precision, prob double precision, n bigint) returns double precision
language sql immutable parallel safe as $f$
select case when n <= 0 then 1 else greatest(1 - below.share, 0) end
from (values (size > 0 and prob > 0 and prob < 1 and n is not null)) q (is_given)
cross join lateral (
    select coalesce(sum(exp(greatest(term, -700))), 0)
    from (
        select size * ln(prob) + k * ln(1 - prob) + sum(case when k = 0 then 0 else ln((size + k - 1) / k) end) over (order by k) as term
        from generate_series(0, n - 1) k
        where q.is_given
    ) t
) below (share)
where q.is_given
$f$;
comment on function mart.nb_tail(double precision, double precision, bigint) is 'Probability of n or more under a negative binomial of size and prob; null unless size > 0 and 0 < prob < 1 负二项分布下取值不小于 n 的概率';

-- A series is a record type in a county, a city or the province: all events, those of a product category, or those of a hazard
-- type.  Baseline: 28 days for a day, eight weeks for the last seven days; the two days before either do not count, lest what
-- begins slowly hides itself.  What is known only to the week or worse is left out.
create function mart.signal_on(day date)
returns table (record_type text, region_code text, product_category_code text, hazard_type_code text, window_days integer,
               observed bigint, fatal bigint, expected double precision, dispersion double precision, p_value double precision,
               q_value double precision, is_signal boolean, sources_awaited bigint)
language sql stable as $f$
with place as (  -- the county, the city and the province that a code belongs to today
    select distinct r.region_code, u.code
    from mart.region r
    cross join lateral unnest(array[coalesce(r.current_code, r.region_code), r.unit_code, r.province_code]) u (code)
    where u.code is not null
), series as (
    select e.record_type, p.code as region_code, s.category, s.hazard, e.event_date, count(*) as n,
           count(*) filter (where e.severity_code = 'fatal') as fatal
    from mart.risk_event e
    join place p using (region_code)
    cross join lateral (
        select null, null
        union all
        select e.product_category_code, null where e.product_category_code is not null
        union all
        select null, e.hazard_type_code where e.hazard_type_code is not null
    ) s (category, hazard)
    where e.is_adverse and e.event_date between signal_on.day - 64 and signal_on.day
      and coalesce(e.event_at_precision, 'day') not in ('year', 'quarter', 'month', 'week')
    group by 1, 2, 3, 4, 5
), span as (
    select record_type, region_code, category, hazard, 1 as window_days, 28 as periods, 30 as days_back,
           coalesce(sum(n) filter (where event_date = signal_on.day), 0) as observed,
           coalesce(sum(fatal) filter (where event_date = signal_on.day), 0) as fatal,
           coalesce(sum(n) filter (where event_date between signal_on.day - 30 and signal_on.day - 3), 0) as total,
           coalesce(sum(n * n) filter (where event_date between signal_on.day - 30 and signal_on.day - 3), 0) as squares
    from series
    group by 1, 2, 3, 4
    union all
    select record_type, region_code, category, hazard, 7, 8, 64, coalesce(sum(n) filter (where week = -1), 0),
           coalesce(sum(fatal) filter (where week = -1), 0), coalesce(sum(n) filter (where week >= 0), 0),
           coalesce(sum(n * n) filter (where week >= 0), 0)
    from (
        select record_type, region_code, category, hazard, sum(n) as n, sum(fatal) as fatal,
               case when event_date > signal_on.day - 7 then -1 when event_date <= signal_on.day - 9
                    then (signal_on.day - 9 - event_date) / 7 end as week
        from series
        group by 1, 2, 3, 4, 7
    ) w
    group by 1, 2, 3, 4
), known as (  -- where the record type is younger than the baseline, nothing is said
    select f.record_type, min(f.month) as since from mart.feed_month f group by 1
), predicted as (
    select s.*, (s.total + 0.5) / s.periods::double precision as mean, k.since <= signal_on.day - s.days_back as has_baseline,
           case when s.total > 0
                then greatest(1, (s.squares - s.total * s.total / s.periods::double precision) / (s.periods - 1)
                                 / (s.total / s.periods::double precision))
                else 1 end as dispersion
    from span s
    left join known k using (record_type)
), tested as (
    select p.*, case when p.has_baseline then mart.nb_tail(p.mean / (f.factor - 1), 1 / f.factor, p.observed::bigint) end as p_value
    from predicted p
    cross join lateral (select p.dispersion * (1 + 1 / p.periods::double precision)) f (factor)
), ranked as (  -- Benjamini and Hochberg 1995 over the series of a record type
    select t.*, t.p_value * count(t.p_value) over (partition by t.record_type, t.window_days) / row_number() over by_p as scaled
    from tested t
    window by_p as (partition by t.record_type, t.window_days order by t.p_value, t.region_code, t.category, t.hazard)
), awaited as (  -- sources that have sent such records of the place, and owe some of the window
    select m.record_type, p.code as region_code, w.window_days, count(distinct (d.agency, d.feed)) as sources
    from (values (1), (7)) w (window_days)
    join mart.feed_period_at(now(), signal_on.day - interval '9 days') d
      on d.first_day <= signal_on.day and d.last_day > signal_on.day - w.window_days and d.state_code not in ('delivered', 'late', 'zero')
    join mart.region_month m on m.agency = d.agency and m.feed = d.feed
    join place p on p.region_code = m.region_code
    group by 1, 2, 3
)
select r.record_type, r.region_code, r.category, r.hazard, r.window_days, r.observed::bigint, r.fatal::bigint, r.mean, r.dispersion,
       r.p_value, case when r.p_value is not null then least(min(r.scaled) over from_here, 1) end, r.fatal > 0 or r.p_value < 0.01, coalesce(a.sources, 0)
from ranked r
left join awaited a using (record_type, region_code, window_days)
window from_here as (partition by r.record_type, r.window_days order by r.p_value, r.region_code, r.category, r.hazard
                     rows between current row and unbounded following)
$f$;
comment on function mart.signal_on(date) is 'Counts of a day, and of the seven days up to it, that are higher than the days before explain, by what the warehouse holds now 某日及截至该日七天内高于此前水平的计数（按当前数据）';

create view mart.signal_today with (security_invoker) as
select * from mart.signal_on((now() at time zone 'Asia/Shanghai')::date);
comment on view mart.signal_today is 'Each series of counts of today in China, with what was expected 今日（中国）各计数序列及期望值';
comment on column mart.signal_today.record_type is 'Record type; adverse events of mart.risk_event are counted 记录类型（计 mart.risk_event 中的不利事件）';
comment on column mart.signal_today.region_code is 'County, city or province of today, GB/T 2260 现行县、市或省的区划代码';
comment on column mart.signal_today.product_category_code is 'Category of the first product; empty: all events of the place, or those of a hazard type 首项产品类别，空为不分类别';
comment on column mart.signal_today.hazard_type_code is 'Type of the main hazard; empty: all events of the place, or those of a category 主要危害类型，空为不分危害';
comment on column mart.signal_today.window_days is '1: the day; 7: the seven days up to it 1 为当日，7 为截至当日的七天';
comment on column mart.signal_today.observed is 'Events of these days 期内事件数';
comment on column mart.signal_today.fatal is 'How many of them somebody died in 其中有人死亡的事件数';
comment on column mart.signal_today.expected is 'Events expected from the 28 days, or eight weeks, before 按此前 28 天或八周推算的期望数';
comment on column mart.signal_today.dispersion is 'Variance of the baseline divided by its mean, at least 1 基线方差与均值之比，至少为 1';
comment on column mart.signal_today.p_value is 'Probability of so many or more; empty: records of this type are younger than the baseline 出现该数或更多的概率，空为此类记录尚无足够基线';
comment on column mart.signal_today.q_value is 'p_value with regard to how many series of the record type were tested 按同类序列个数校正后的概率';
comment on column mart.signal_today.is_signal is 'p_value below 0.01, or somebody died; empty: not decided 概率小于 0.01 或有人死亡，空为无法判断';
comment on column mart.signal_today.sources_awaited is 'Sources that have sent such records of the place and owe some of these days: the count may grow 曾报送该地此类记录、期内尚有应报未报的来源数（计数可能增加）';
