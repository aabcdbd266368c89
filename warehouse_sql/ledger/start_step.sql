-- Counted before the work begins, and committed, so that a step that kills its process is counted too.
update ledger.batch set attempt = attempt + 1 where batch_id = %(batch_id)s returning attempt;
