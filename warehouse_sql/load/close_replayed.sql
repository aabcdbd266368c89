-- The rows of earlier readings: those that are still bad come back as rows of this reading.
update quarantine.row q
set state = 'replayed', closed_at = now(), closed_by = %(batch_id)s
from ledger.batch b
where q.agency = %(agency)s and q.state = 'open' and q.batch_id <> %(batch_id)s
  and b.agency = q.agency and b.batch_id = q.batch_id and b.word = %(word)s;
