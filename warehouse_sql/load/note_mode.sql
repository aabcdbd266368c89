update ledger.batch set mode = %(mode)s where batch_id = %(batch_id)s;
