select what from ledger.lock where what = %(what)s for update skip locked;
