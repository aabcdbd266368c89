update ledger.notice set published_at = now()
where agency = %(agency)s and feed = %(feed)s and cause = %(cause)s and kind = %(kind)s;
