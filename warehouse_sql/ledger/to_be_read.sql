-- The bytes that will still be read: of batches that wait, the longest waiting first.
select b.batch_id as batch, b.agency || '/' || b.feed as source, d.file_name as file, d.sha256, d.bytes
from ledger.batch b
join ledger.delivery d using (agency, delivery_id)
where b.state in ('received', 'mapped', 'validated', 'held')
order by b.number
limit %(limit)s;
