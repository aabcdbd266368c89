-- Deliveries that may be read again, each with how it was read last, oldest first.
select o.batch_id as origin, o.agency || '/' || o.feed as source, d.file_name as file, d.sha256,
       l.batch_id as last, l.state as last_state, l.mapping_version, l.standard_version,
       (select count(*) from quarantine.row q join ledger.batch b using (agency, batch_id)
        where b.agency = o.agency and b.feed = o.feed and b.word = o.batch_id and q.state = 'open') as open,
       (select coalesce(array_agg(distinct f.code), '{}') from ledger.finding f
        where f.agency = o.agency and f.batch_id = l.batch_id and f.level = 'error') as codes,
       u.batch_id as unfinished
from ledger.batch o
join ledger.delivery d using (agency, delivery_id)
join lateral (
    select b.batch_id, b.state, b.mapping_version, b.standard_version
    from ledger.batch b
    where b.agency = o.agency and b.feed = o.feed and b.word = o.batch_id
      and b.state in ('loaded', 'acknowledged', 'rejected')
    order by b.number desc
    limit 1
) l on true
left join lateral (
    select b.batch_id
    from ledger.batch b
    where b.replay_of = o.batch_id and b.agency = o.agency and b.feed = o.feed and b.word = o.batch_id
      and (b.state in ('received', 'mapped', 'validated') or b.acknowledged_at is null and b.state <> 'held')
    order by b.number
    limit 1
) u on true
left join ledger.submission s on s.agency = d.agency and s.submission_id = d.submission_id
where o.replay_of is null and o.state in ('loaded', 'acknowledged', 'rejected')
  and not d.refused and coalesce(s.operation, 'new') in ('new', 'correct')
  and not exists (select from ledger.batch w
                  where w.agency = o.agency and w.feed = o.feed and w.word = o.batch_id and w.state = 'withdrawn')
  and (%(origins)s::text[] is null or o.batch_id = any(%(origins)s))
  and (%(source)s::text is null or o.agency || '/' || o.feed = %(source)s)
  and (%(since)s::timestamptz is null or o.received_at >= %(since)s)
  and (%(until)s::timestamptz is null or o.received_at < %(until)s)
  and (%(code)s::text is null
       or exists (select from ledger.finding f
                  where f.agency = o.agency and f.batch_id = l.batch_id and f.code = %(code)s))
order by o.number;
