-- Batches that wait until the machine is well again: what for, and since when.
select b.batch_id as batch, b.agency || '/' || b.feed as source, d.file_name as file, b.state, b.waits_for, b.waits_since
from ledger.batch b
join ledger.delivery d using (agency, delivery_id)
where b.waits_for is not null
  and (b.state in ('received', 'mapped', 'validated') or b.acknowledged_at is null and b.state <> 'held')
order by b.number;
