insert into ledger.delivery (agency, feed, delivery_id, file_name, sha256, bytes, connector, received_at)
values (%(agency)s, %(feed)s, %(delivery_id)s, %(file_name)s, %(sha256)s, %(bytes)s, %(connector)s, now())
on conflict (agency, delivery_id) do nothing;
