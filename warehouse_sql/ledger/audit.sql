insert into ledger.audit (what, agency, batch_id, detail) values (%(what)s, %(agency)s, %(batch_id)s, %(detail)s);
