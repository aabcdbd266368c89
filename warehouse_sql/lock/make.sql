insert into ledger.lock (what) values (%(what)s) on conflict do nothing;
