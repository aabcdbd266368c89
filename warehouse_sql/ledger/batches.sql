select b.batch_id as batch, b.agency || '/' || b.feed as source, d.file_name as file, d.sha256, b.state,
       b.read, b.new, b.changed, b.unchanged, b.duplicate, b.quarantined, b.skipped, b.received_at, b.loaded_at,
       b.replay_of
from ledger.batch b
join ledger.delivery d using (agency, delivery_id)
where (%(source)s::text is null or b.agency || '/' || b.feed = %(source)s)
  and (%(state)s::text is null or b.state = %(state)s)
order by b.number desc
limit %(limit)s;
