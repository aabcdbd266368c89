insert into ledger.audit (who, what, agency, batch_id, detail)
values (%(who)s, %(what)s, %(agency)s, %(batch_id)s, %(detail)s);
