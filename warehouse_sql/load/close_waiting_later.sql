-- A record that a later delivery has wrong too waits there only: what is open is counted once.
update quarantine.row q
set state = 'resent', closed_at = now(), closed_by = l.batch_id
from quarantine.row l
join ledger.batch b using (agency, batch_id)
where q.agency = %(agency)s and q.batch_id = %(batch_id)s and q.state = 'open'
  and l.agency = q.agency and l.feed = %(feed)s and l.record_uid = q.record_uid and l.state = 'open'
  and b.turn > %(turn)s;
