-- A batch of which nothing is loaded: rejected, or the same bytes again.
update ledger.batch set state = %(state)s, attempt = 0, waits_for = null, waits_since = null where batch_id = %(batch_id)s;
