insert into ledger.hold (agency, batch_id, reasons)
values (%(agency)s, %(batch_id)s, %(reasons)s)
on conflict (agency, batch_id) do update set reasons = excluded.reasons;
