select body from ledger.receipt where batch_id = %(batch_id)s and kind = %(kind)s;
