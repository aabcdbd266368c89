insert into ledger.profile (agency, batch_id, figures, results)
values (%(agency)s, %(batch_id)s, %(figures)s, %(results)s)
on conflict (agency, batch_id) do update set figures = excluded.figures, results = excluded.results;
