-- A good row puts right what earlier deliveries said about the same record and was not let in.
update quarantine.row q
set state = 'corrected', closed_at = now(), closed_by = %(batch_id)s
from ledger.batch b
where q.agency = %(agency)s and q.feed = %(feed)s and q.state = 'open'
  and b.agency = q.agency and b.batch_id = q.batch_id and b.turn < %(turn)s
  and q.record_uid in (select a.record_uid
                       from arriving a
                       where not exists (select from verdict v where v.row = a.row and v.fate = 'refused'));
