-- Held for new reasons, it waits for a new decision; the old one stays in the audit.
insert into ledger.hold (agency, batch_id, reasons)
values (%(agency)s, %(batch_id)s, %(reasons)s)
on conflict (agency, batch_id) do update
    set reasons = excluded.reasons, held_at = now(), decision = null, decided_by = null, decided_at = null, comment = null;
