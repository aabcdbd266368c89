insert into ledger.notice (agency, feed, cause, kind, name, body, sha256)
values (%(agency)s, %(feed)s, %(cause)s, %(kind)s, %(name)s, %(body)s, %(sha256)s)
on conflict (agency, feed, cause, kind) do nothing;
