-- A record that is wrong again waits in this batch only; what earlier deliveries said about it is not open any more.
update quarantine.row q
set state = 'resent', closed_at = now(), closed_by = %(batch_id)s
from quarantine.row n, ledger.batch b
where n.agency = %(agency)s and n.batch_id = %(batch_id)s and n.state = 'open'
  and q.agency = n.agency and q.feed = %(feed)s and q.record_uid = n.record_uid and q.state = 'open'
  and b.agency = q.agency and b.batch_id = q.batch_id and b.turn < %(turn)s;
