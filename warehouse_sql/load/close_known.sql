-- A row that is bad again, but that a later delivery had put right before, stays so.
update quarantine.row q
set state = k.state, closed_at = k.closed_at, closed_by = k.closed_by
from (select distinct on (r.row) r.row, r.record_uid, r.state, r.closed_at, r.closed_by
      from quarantine.row r
      join ledger.batch b using (agency, batch_id)
      where r.agency = %(agency)s and b.feed = %(feed)s and b.word = %(word)s and r.batch_id <> %(batch_id)s
        and r.state in ('corrected', 'resent', 'waived')
      order by r.row, b.number desc) k
where q.agency = %(agency)s and q.batch_id = %(batch_id)s and q.row = k.row
  and q.record_uid is not distinct from k.record_uid;
