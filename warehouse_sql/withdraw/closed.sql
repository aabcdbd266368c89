-- The rows that the withdrawn submission had put right or said again, and whether those who sent them still stand.
create temporary table closed on commit drop as
select q.batch_id, q.row, q.record_uid, b.word, b.turn, b.state in ('loaded', 'acknowledged') as stands
from quarantine.row q
join ledger.batch b using (agency, batch_id)
where q.agency = %(agency)s and q.closed_by = any(%(readings)s) and q.state in ('corrected', 'resent')
  and b.word <> all(%(targets)s);
