update ledger.batch set attempt = greatest(attempt - 1, 0) where batch_id = %(batch_id)s;
