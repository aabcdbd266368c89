update ledger.batch set last_fault = %(fault)s where batch_id = %(batch_id)s;
