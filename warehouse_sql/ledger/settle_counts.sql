update ledger.batch
set state = %(state)s, attempt = 0, last_fault = null, waits_for = null, waits_since = null, loaded_at = now(),
    loaded_number = nextval('ledger.batch_number'),
    read = %(read)s, new = %(new)s, changed = %(changed)s, unchanged = %(unchanged)s,
    duplicate = %(duplicate)s, quarantined = %(quarantined)s, skipped = %(skipped)s, ended = %(ended)s
where batch_id = %(batch_id)s;
