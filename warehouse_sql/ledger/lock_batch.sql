select state from ledger.batch where batch_id = %(batch_id)s for update;
