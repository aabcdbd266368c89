-- A fault that may lie in what was read: it counts.
update ledger.batch
set attempt = attempt + 1, last_fault = %(fault)s, waits_for = null, waits_since = null
where batch_id = %(batch_id)s
returning attempt;
