-- What operators look at: batches, sources, and what waits.

-- name: list_batches
-- Returns the latest batches with their counts, latest first.
select b.batch_id as batch, b.agency || '/' || b.feed as source, d.file_name as file, d.sha256, b.state,
       b.read, b.new, b.changed, b.unchanged, b.duplicate, b.quarantined, b.skipped, b.received_at, b.loaded_at,
       b.replay_of
from ledger.batch b
join ledger.delivery d using (agency, delivery_id)
where (%(source)s::text is null or b.agency || '/' || b.feed = %(source)s)
  and (%(state)s::text is null or b.state = %(state)s)
  and (%(since)s::timestamptz is null or b.received_at >= %(since)s)
  and (%(ids)s::text[] is null or b.batch_id = any(%(ids)s))
order by b.number desc
limit %(limit)s;

-- name: source_totals
-- Returns one row per source with counts of its batches.
select b.agency || '/' || b.feed as source, count(*) as batches,
       count(*) filter (where b.state in ('received', 'mapped', 'validated', 'loaded')) as working,
       count(*) filter (where b.state = 'held') as held,
       count(*) filter (where b.state = 'rejected') as rejected,
       sum(b.quarantined)::bigint as quarantined, max(b.received_at) as last_received_at
from ledger.batch b
group by 1
order by 1;

-- name: loaded_record_types
-- Returns the record types of those of the batches that are loaded.
select distinct unnest(string_to_array(s.record_type, ', ')) as record_type
from ledger.batch b
join ledger.source s using (agency, feed)
where b.batch_id = any(%(batches)s) and b.state in ('loaded', 'acknowledged')
order by 1;

-- name: batches_waiting_for_machine
-- Returns the batches that wait until the machine is well again: for what, and since when.
select b.batch_id as batch, b.agency || '/' || b.feed as source, d.file_name as file, b.state, b.waits_for, b.waits_since
from ledger.batch b
join ledger.delivery d using (agency, delivery_id)
where b.waits_for is not null
  and (b.state in ('received', 'mapped', 'validated') or b.acknowledged_at is null and b.state <> 'held')
order by b.number;

-- name: batches_to_read
-- Returns the batches whose bytes will still be read, the longest waiting first.
select b.batch_id as batch, b.agency || '/' || b.feed as source, d.file_name as file, d.sha256, d.bytes
from ledger.batch b
join ledger.delivery d using (agency, delivery_id)
where b.state in ('received', 'mapped', 'validated', 'held')
order by b.number
limit %(limit)s;

-- name: received_deliveries
-- Returns each delivery of a source once, with the state that its readings reached in the end.
select b.batch_id as batch,
       coalesce((select l.state from ledger.batch l
                 where l.agency = b.agency and l.feed = b.feed and l.origin_batch = b.origin_batch
                   and l.state in ('loaded', 'acknowledged', 'withdrawn')
                 order by l.state = 'withdrawn' desc, l.number desc limit 1), b.state) as state,
       coalesce(s.operation, 'new') as operation, b.received_at, s.period_from, s.period_to
from ledger.batch b
join ledger.delivery d using (agency, delivery_id)
left join ledger.submission s using (agency, submission_id)
where b.agency || '/' || b.feed = %(source)s and b.replay_of is null
order by b.number;

-- name: poll_windows
-- Returns the periods in which the hub looked for deliveries of a source, in order.
select since, until, fault
from ledger.poll_window
where agency || '/' || feed = %(source)s
order by since;

-- name: record_poll
-- Extends the last poll window of a source to now; begins a new one after a gap, or when the fault differs.
with last as (
    select since, fault, until
    from ledger.poll_window
    where agency = %(agency)s and feed = %(feed)s
    order by since desc
    limit 1
), longer as (
    update ledger.poll_window w
    set until = greatest(w.until, now())
    from last l
    where w.agency = %(agency)s and w.feed = %(feed)s and w.since = l.since
      and l.until >= now() - %(gap)s::interval and l.fault is not distinct from %(fault)s
    returning 1
)
insert into ledger.poll_window (agency, feed, since, until, fault)
select s.agency, s.feed, now(), now(), %(fault)s
from ledger.source s
where s.agency = %(agency)s and s.feed = %(feed)s and not exists (select from longer)
on conflict (agency, feed, since) do nothing;
