select exists (select from ledger.batch where agency = %(agency)s and feed = %(feed)s and ended > 0);
