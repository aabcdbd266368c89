-- A row that was not let in, about a record that a later delivery has brought already: nothing is left to put right.
update quarantine.row q
set state = 'corrected', closed_at = now(), closed_by = c.batch_id
from {core} c
join ledger.batch b on b.agency = c.agency and b.batch_id = c.batch_id
where q.agency = %(agency)s and q.batch_id = %(batch_id)s and q.state = 'open'
  and c.agency = q.agency and c.record_uid = q.record_uid and b.turn > %(turn)s;
