insert into ledger.skipped (agency, batch_id, reason, rows) values (%(agency)s, %(batch_id)s, %(reason)s, %(rows)s);
