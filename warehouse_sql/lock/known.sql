select what from ledger.lock where what = %(what)s;
