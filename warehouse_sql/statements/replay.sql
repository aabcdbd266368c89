-- Replays: deliveries that are read again.

-- name: replayable_deliveries
-- Returns the deliveries that may be read again, each with its last reading, oldest first.
select o.batch_id as origin, o.agency || '/' || o.feed as source, d.file_name as file, d.sha256,
       l.batch_id as last, l.state as last_state, l.mapping_version, l.standard_version,
       (select count(*) from quarantine.row q join ledger.batch b using (agency, batch_id)
        where b.agency = o.agency and b.feed = o.feed and b.origin_batch = o.batch_id and q.state = 'open') as open,
       (select coalesce(array_agg(distinct f.code), '{}') from ledger.finding f
        where f.agency = o.agency and f.batch_id = l.batch_id and f.level = 'error') as codes,
       u.batch_id as unfinished
from ledger.batch o
join ledger.delivery d using (agency, delivery_id)
join lateral (
    select b.batch_id, b.state, b.mapping_version, b.standard_version
    from ledger.batch b
    where b.agency = o.agency and b.feed = o.feed and b.origin_batch = o.batch_id
      and b.state in ('loaded', 'acknowledged', 'rejected')
    order by b.number desc
    limit 1
) l on true
left join lateral (
    select b.batch_id
    from ledger.batch b
    where b.replay_of = o.batch_id and b.agency = o.agency and b.feed = o.feed and b.origin_batch = o.batch_id
      and (b.state in ('received', 'mapped', 'validated') or b.acknowledged_at is null and b.state <> 'held')
    order by b.number
    limit 1
) u on true
left join ledger.submission s on s.agency = d.agency and s.submission_id = d.submission_id
where o.replay_of is null and o.state in ('loaded', 'acknowledged', 'rejected')
  and not d.refused and coalesce(s.operation, 'new') in ('new', 'correct')
  and not exists (select from ledger.batch w
                  where w.agency = o.agency and w.feed = o.feed and w.origin_batch = o.batch_id and w.state = 'withdrawn')
  and (%(origins)s::text[] is null or o.batch_id = any(%(origins)s))
  and (%(source)s::text is null or o.agency || '/' || o.feed = %(source)s)
  and (%(since)s::timestamptz is null or o.received_at >= %(since)s)
  and (%(until)s::timestamptz is null or o.received_at < %(until)s)
  and (%(code)s::text is null
       or exists (select from ledger.finding f
                  where f.agency = o.agency and f.batch_id = l.batch_id and f.code = %(code)s))
order by o.number;

-- name: unfinished_replay
-- Returns the replay of a delivery that has not ended, if there is one.
select batch_id
from ledger.batch
where replay_of = %(origin)s
  and (state in ('received', 'mapped', 'validated', 'held') or state = 'loaded' and acknowledged_at is null)
order by number
limit 1;

-- name: replays_since
-- Returns the readings of these deliveries that were loaded since a moment, in the order of their deliveries.
select batch_id, replay_of
from ledger.batch
where replay_of = any(%(origins)s) and loaded_at >= %(since)s and state in ('loaded', 'acknowledged', 'withdrawn')
order by origin_number, number;

-- name: was_withdrawn
-- Returns whether the sender has withdrawn this delivery: a reading that was under way then loads nothing.
select exists (select from ledger.batch
               where agency = %(agency)s and feed = %(feed)s and origin_batch = %(origin_batch)s and state = 'withdrawn');
