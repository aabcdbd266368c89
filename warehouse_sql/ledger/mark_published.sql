update ledger.receipt set published_at = now() where batch_id = %(batch_id)s and kind = %(kind)s;
