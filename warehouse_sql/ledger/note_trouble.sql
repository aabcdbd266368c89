-- The machine's trouble, not the batch's: it counts nothing, and the batch waits.
update ledger.batch
set waits_since = case when waits_for = %(trouble)s then waits_since else now() end, waits_for = %(trouble)s
where batch_id = %(batch_id)s;
