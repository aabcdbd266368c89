insert into ledger.delivery (agency, feed, delivery_id, file_name, sha256, bytes, connector, received_at,
                             submission_id, rows_stated, refused, notes)
values (%(agency)s, %(feed)s, %(delivery_id)s, %(file_name)s, %(sha256)s, %(bytes)s, %(connector)s, now(),
        %(submission_id)s, %(rows_stated)s, %(refused)s, %(notes)s)
on conflict (agency, delivery_id) do nothing;
