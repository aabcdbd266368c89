insert into ledger.migration (name, sha256) values (%(name)s, %(sha256)s);
