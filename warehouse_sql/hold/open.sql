select h.batch_id as batch, b.agency || '/' || b.feed as source, d.file_name as file, b.received_at, h.held_at, h.reasons
from ledger.hold h
join ledger.batch b using (agency, batch_id)
join ledger.delivery d using (agency, delivery_id)
where b.state = 'held' and h.decision is null and (%(source)s::text is null or b.agency || '/' || b.feed = %(source)s)
order by b.number;
