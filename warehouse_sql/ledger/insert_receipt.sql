insert into ledger.receipt (agency, batch_id, kind, name, body, sha256)
values (%(agency)s, %(batch_id)s, %(kind)s, %(name)s, %(body)s, %(sha256)s)
on conflict (agency, batch_id, kind) do nothing;
