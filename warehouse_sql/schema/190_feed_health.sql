-- Is each source well?  Which periods are late, zero, silent or an outage of the hub itself, what is held, what share
-- of the rows was quarantined, and how old the newest event is.  The rules are those of `riskhub source freshness`
-- (pipeline/reports/timeliness/status.py); a test holds that both give the same.
drop view if exists mart.feed_health;
drop view if exists mart.feed_period;
drop function if exists mart.feed_period_at(timestamptz);
drop function if exists mart.feed_period_at(timestamptz, timestamptz);

-- `since` leaves out the periods that ended by then, by the clock and by their last day, so that a view of some days does
-- not judge those of years.  Two periods before are looked at too: what came in the term of one may belong to the one
-- before it.
create function mart.feed_period_at(moment timestamptz, since timestamptz default '-infinity')
returns table (agency text, feed text, starts_at timestamptz, ends_at timestamptz, first_day date, last_day date,
               due_at timestamptz, late_at timestamptz, state_code text, batches text[], unwatched_minutes integer,
               fault text, calendar_known boolean)
language sql stable as $f$
with watch as (  -- a poll counts for half an hour around it
    select w.agency, w.feed, min(w.since) as first_poll,
           coalesce(range_agg(tstzrange(w.since - interval '30 minutes', w.until + interval '30 minutes', '[]'))
                    filter (where w.fault is null), '{}') as seen
    from ledger.poll_window w
    group by 1, 2
), looked_at as (
    select t.agency, t.feed, t.terms, w.first_poll, w.seen, coalesce(b.starts_at, '-infinity') as since_start,
           coalesce(b.late_at, '-infinity') as since_receipt
    from ledger.source_terms t
    join watch w using (agency, feed)
    left join lateral (
        select p.starts_at, p.late_at from ledger.due_period p
        where (p.agency, p.feed, p.terms) = (t.agency, t.feed, t.terms) and p.ends_at <= since and p.last_day < since::date
          and p.ends_at > w.first_poll
        order by p.starts_at desc
        offset 1 limit 1
    ) b on since > '-infinity'
), period as (
    select p.agency, p.feed, p.starts_at, p.ends_at, p.first_day, p.last_day, p.due_at, p.late_at, p.calendar_known,
           l.seen, row_number() over of_source as n, coalesce(lag(p.late_at) over of_source, l.first_poll) as chance_from,
           max(p.late_at) over (of_source rows between unbounded preceding and 1 preceding) as reached
    from looked_at l
    join ledger.due_period p using (agency, feed, terms)
    where p.ends_at > l.first_poll and p.starts_at < moment and p.starts_at >= l.since_start
    window of_source as (partition by p.agency, p.feed order by p.starts_at)
), reading as (  -- each delivery once, with the state that its readings reached in the end
    select b.agency, b.feed, b.batch_id, b.number, b.received_at, s.period_from, s.period_to,
           coalesce(s.operation, 'new') as operation, coalesce(l.state, b.state) as state
    from ledger.batch b
    join ledger.source_terms t using (agency, feed)
    join looked_at k using (agency, feed)
    join ledger.delivery d using (agency, delivery_id)
    left join ledger.submission s using (agency, submission_id)
    left join lateral (
        select state from ledger.batch o
        where o.agency = b.agency and o.feed = b.feed and o.origin_batch = b.origin_batch
          and o.state in ('loaded', 'acknowledged', 'withdrawn')
        order by o.state = 'withdrawn' desc, o.number desc
        limit 1
    ) l on true
    where b.replay_of is null and t.every is not null and (b.received_at > k.since_receipt or s.period_from is not null)
), delivery as (
    select r.*, r.state not in ('rejected', 'duplicate', 'withdrawn') as is_accepted
    from reading r
    where r.operation not in ('correct', 'withdraw')
), by_period as (  -- it says which period it is about
    select d.agency, d.feed, p.n, d.batch_id, d.number, d.received_at, d.operation, d.is_accepted
    from delivery d
    join period p on p.agency = d.agency and p.feed = d.feed
                 and d.period_from <= p.first_day and p.last_day <= d.period_to
), by_time as (  -- it does not: it belongs to the first period in whose term it came
    select d.agency, d.feed, p.n, d.batch_id, d.number, d.received_at, d.operation, d.is_accepted,
           count(*) filter (where d.is_accepted) over of_period as accepted,
           row_number() over (partition by d.agency, d.feed, p.n order by d.is_accepted desc, d.number) as place
    from delivery d
    join period p on p.agency = d.agency and p.feed = d.feed
                 and d.received_at <= p.late_at and d.received_at > coalesce(p.reached, '-infinity')
    where d.period_from is null
    window of_period as (partition by d.agency, d.feed, p.n)
), filled as (
    select agency, feed, n from by_period
    union
    select agency, feed, n from by_time
), allotted as (
    select agency, feed, n, batch_id, number, received_at, operation, is_accepted from by_period
    union all  -- of two that came in one term, after a term in which nothing did, the first is the late one
    select t.agency, t.feed,
           t.n - case when t.accepted > 1 and t.place = 1 and t.n > 1
                       and not exists (select from filled f where (f.agency, f.feed, f.n) = (t.agency, t.feed, t.n - 1))
                      then 1 else 0 end,
           t.batch_id, t.number, t.received_at, t.operation, t.is_accepted
    from by_time t
), account as (
    select agency, feed, n, array_agg(batch_id order by number) as batches,
           count(*) filter (where is_accepted) as accepted,
           bool_and(operation = 'zero') filter (where is_accepted) as is_zero,
           min(received_at) filter (where is_accepted) as first_received
    from allotted
    group by 1, 2, 3
), judged as (
    select p.*, a.batches, coalesce(a.accepted, 0) as accepted, a.is_zero, a.first_received,
           p.seen @> p.late_at as watched_at_the_end, coalesce(u.unwatched, interval '0') as unwatched
    from period p
    left join account a using (agency, feed, n)
    left join lateral (
        select greatest(least(p.late_at, moment) - p.chance_from - coalesce(sum(upper(r) - lower(r)), interval '0'),
                        interval '0') as unwatched
        from unnest(p.seen * tstzmultirange(tstzrange(least(p.chance_from, p.late_at, moment), least(p.late_at, moment)))) r
    ) u on true
)
select j.agency, j.feed, j.starts_at, j.ends_at, j.first_day, j.last_day, j.due_at, j.late_at,
       case when j.accepted > 0 and j.is_zero then 'zero'
            when j.accepted > 0 and (j.first_received <= j.late_at
                                     or not j.watched_at_the_end and (first_look.at is null or j.first_received <= first_look.at))
                then 'delivered'
            when j.accepted > 0 then 'late'
            when moment <= j.late_at then 'open'
            when j.batches is not null then 'not_accepted'
            when not j.watched_at_the_end or j.unwatched > (j.late_at - j.chance_from) / 2 then 'outage'
            else 'silent' end,
       coalesce(j.batches, '{}'), round(extract(epoch from j.unwatched) / 60)::integer, tried.fault, j.calendar_known
from judged j
left join lateral (  -- what the first poll after an outage finds was there on time, for all that is known
    select min(w.since) + interval '30 minutes' as at
    from ledger.poll_window w
    where w.agency = j.agency and w.feed = j.feed and w.fault is null and w.since > j.late_at
) first_look on true
left join lateral (
    select w.fault from ledger.poll_window w
    where w.agency = j.agency and w.feed = j.feed and w.until >= j.chance_from and w.since <= j.late_at
      and w.fault is not null
    order by w.since
    limit 1
) tried on true
where j.ends_at > since or j.last_day >= since::date
$f$;
comment on function mart.feed_period_at(timestamptz, timestamptz) is 'The periods of every source up to a moment that ended after another, judged by the ledger as it is now 截至某时刻（可限定起点）各来源应报送周期的状态（按当前台账判断）';

create view mart.feed_period with (security_invoker) as
select * from mart.feed_period_at(now());
comment on view mart.feed_period is 'Every period in which a source had to deliver, and what came of it 各来源应报送的周期及结果';
comment on column mart.feed_period.agency is 'Agency 报送单位';
comment on column mart.feed_period.feed is 'Feed of the agency 报送专题';
comment on column mart.feed_period.starts_at is 'Beginning of the period 周期开始';
comment on column mart.feed_period.ends_at is 'End of the period, not included 周期结束（不含）';
comment on column mart.feed_period.first_day is 'First local day of the period 周期首日';
comment on column mart.feed_period.last_day is 'Last local day of the period 周期末日';
comment on column mart.feed_period.due_at is 'By when it was due 应报送时间';
comment on column mart.feed_period.late_at is 'After when it was late 逾期时间';
comment on column mart.feed_period.state_code is 'open, delivered, late, zero (declared empty), not_accepted, silent, or outage of the hub 状态：未到期、已报、迟报、零报送、未被接收、未报送、平台中断';
comment on column mart.feed_period.batches is 'Batches of the period 该周期的批次';
comment on column mart.feed_period.unwatched_minutes is 'Minutes in which the hub did not look, while it could be delivered 平台未值守的分钟数';
comment on column mart.feed_period.fault is 'Why the hub could not look, where it knows 平台无法查看的原因';
comment on column mart.feed_period.calendar_known is 'False: working days were guessed 为否时工作日为推算';

create view mart.feed_health with (security_invoker) as
with recent as (
    select agency, feed,
           count(*) filter (where state_code = 'delivered') as delivered_count,
           count(*) filter (where state_code = 'late') as late_count,
           count(*) filter (where state_code = 'zero') as zero_count,
           count(*) filter (where state_code = 'not_accepted') as not_accepted_count,
           count(*) filter (where state_code = 'silent') as silent_count,
           count(*) filter (where state_code = 'outage') as outage_count,
           (array_agg(state_code order by ends_at desc) filter (where state_code <> 'open'))[1] as last_state,
           min(due_at) filter (where state_code = 'open') as next_due_at,
           bool_or(state_code = 'open' and due_at < now()) as is_overdue
    from mart.feed_period_at(now(), now() - interval '31 days')
    where ends_at > now() - interval '31 days'
    group by 1, 2
), batch as (
    select agency, feed, count(*) filter (where state = 'held') as held_count,
           min(received_at) filter (where state = 'held') as held_since,
           count(*) filter (where state = 'rejected' and received_at > now() - interval '31 days') as rejected_count,
           sum(read - duplicate - skipped) filter (where received_at > now() - interval '31 days' and replay_of is null)
               as read_rows,
           sum(quarantined) filter (where received_at > now() - interval '31 days' and replay_of is null)
               as quarantined_rows,
           max(received_at) as newest_received_at, max(loaded_at) as newest_loaded_at,
           (array_agg(read order by number desc) filter (where loaded_at is not null and replay_of is null))[1] as last_read
    from ledger.batch
    where coalesce(mode, '') <> 'check'
    group by 1, 2
), record as (
    select agency, feed, sum(records) as records, max(newest_event_at) as newest_event_at,
           max(newest_event_date) as newest_event_date, max(newest_reported_at) as newest_reported_at
    from mart.feed_month
    group by 1, 2
)
select s.agency, s.feed, s.title_zh, s.title_en, s.record_type, t.every,
       case when t.every is null then 'no_terms' when not t.is_readable then 'terms_unclear'
            when p.first_poll is null then 'never_polled' when r.last_state is null then 'not_due' else r.last_state
       end as state_code,
       coalesce(r.last_state in ('silent', 'not_accepted') or r.is_overdue, false) as is_late,
       r.next_due_at, r.delivered_count, r.late_count, r.zero_count, r.not_accepted_count, r.silent_count, r.outage_count,
       coalesce(b.held_count, 0) as held_count, b.held_since, coalesce(b.rejected_count, 0) as rejected_count,
       b.read_rows::bigint as read_rows, b.quarantined_rows::bigint as quarantined_rows,
       round(b.quarantined_rows / nullif(b.read_rows, 0), 4) as quarantine_share,
       b.last_read < t.rows_min or b.last_read > t.rows_max as is_row_count_unusual,
       coalesce(c.records, 0)::bigint as records, c.newest_event_at, c.newest_event_date, c.newest_reported_at,
       b.newest_received_at, b.newest_loaded_at
from ledger.source s
left join ledger.source_terms t using (agency, feed)
left join (select agency, feed, min(since) as first_poll from ledger.poll_window group by 1, 2) p using (agency, feed)
left join recent r using (agency, feed)
left join batch b using (agency, feed)
left join record c using (agency, feed);
comment on view mart.feed_health is 'How well each source delivers; counts are of the last 31 days 各来源的报送状况（计数为最近 31 天）';
comment on column mart.feed_health.agency is 'Agency 报送单位';
comment on column mart.feed_health.feed is 'Feed of the agency 报送专题';
comment on column mart.feed_health.title_zh is 'Title in Chinese 来源名称';
comment on column mart.feed_health.title_en is 'Title in English 来源英文名称';
comment on column mart.feed_health.record_type is 'Record types, separated by commas 记录类型（逗号分隔）';
comment on column mart.feed_health.every is 'Agreed period, ISO 8601; empty: none 约定的报送周期，空为未约定';
comment on column mart.feed_health.state_code is 'State of the last period that ended (see mart.feed_period), or no_terms, terms_unclear, never_polled, not_due 最近一个已到期周期的状态，或未约定、约定无法解析、从未查看、尚未到期';
comment on column mart.feed_health.is_late is 'Nothing good came for the last period, or the one at hand is overdue 是否逾期';
comment on column mart.feed_health.next_due_at is 'By when the next delivery is due 下次应报送时间';
comment on column mart.feed_health.delivered_count is 'Periods delivered in time 按时报送的周期数';
comment on column mart.feed_health.late_count is 'Periods delivered late 迟报的周期数';
comment on column mart.feed_health.zero_count is 'Periods declared empty 零报送的周期数';
comment on column mart.feed_health.not_accepted_count is 'Periods of which no delivery was accepted 报送均未被接收的周期数';
comment on column mart.feed_health.silent_count is 'Periods of which nothing came 未报送的周期数';
comment on column mart.feed_health.outage_count is 'Periods in which the hub did not look enough to say 平台中断、无法判断的周期数';
comment on column mart.feed_health.held_count is 'Batches that wait for a person now 当前待人工确认的批次数';
comment on column mart.feed_health.held_since is 'Since when the oldest of them waits 最早一批的等待起始时间';
comment on column mart.feed_health.rejected_count is 'Batches rejected 被退回的批次数';
comment on column mart.feed_health.read_rows is 'Rows read, without duplicates and rows skipped on purpose 读取行数（不含重复与跳过）';
comment on column mart.feed_health.quarantined_rows is 'Rows quarantined when they came 首次处理时被隔离的行数';
comment on column mart.feed_health.quarantine_share is 'quarantined_rows / read_rows 隔离率';
comment on column mart.feed_health.is_row_count_unusual is 'The last delivery had fewer or more rows than agreed; empty: no bounds agreed 最近一次行数是否超出约定，空为未约定';
comment on column mart.feed_health.records is 'Records that hold now 当前有效记录数';
comment on column mart.feed_health.newest_event_at is 'Latest event 最近事件时间';
comment on column mart.feed_health.newest_event_date is 'The sender''s local day of that 最近事件日期';
comment on column mart.feed_health.newest_reported_at is 'Latest report by the sender 最近报告时间';
comment on column mart.feed_health.newest_received_at is 'Latest receipt by the hub 最近接收时间';
comment on column mart.feed_health.newest_loaded_at is 'Latest load 最近入库时间';
