select memory from ledger.fetched where agency = %(agency)s and feed = %(feed)s and slot = %(slot)s;
