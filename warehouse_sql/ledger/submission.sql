select s.submission_id, s.operation, s.sequence, s.period, s.targets, s.reason, s.sender, s.signer, s.notes,
       s.manifest_sha256, d.rows_stated
from ledger.batch b
join ledger.delivery d using (agency, delivery_id)
join ledger.submission s using (agency, submission_id)
where b.batch_id = %(batch_id)s;
