-- Any number of publishers: each takes the rows that no other holds; a repeat writes the same bytes again.
select r.agency, b.feed, r.batch_id, r.kind, r.name, r.body
from ledger.receipt r
join ledger.batch b using (agency, batch_id)
where r.published_at is null and r.batch_id = %(batch_id)s
for update of r skip locked;
