select slot, memory from ledger.fetched where agency = %(agency)s and feed = %(feed)s;
