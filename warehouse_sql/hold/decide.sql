update ledger.hold
set decision = %(decision)s, decided_by = %(who)s, decided_at = coalesce(%(at)s, now()), comment = %(comment)s
where batch_id = %(batch_id)s and decision is null;
