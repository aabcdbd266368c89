-- Held by the transaction, so that a process that dies lets go of it.  Nobody changes a delivery, so its row is free to
-- stand for the work on its batches; what refers to it is not held up.
select d.delivery_id
from ledger.delivery d
join ledger.batch b using (agency, delivery_id)
where b.batch_id = %(batch_id)s
for no key update of d skip locked;
