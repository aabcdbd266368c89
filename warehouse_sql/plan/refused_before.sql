-- Rows of a delivery that its last reading kept out and that nothing has put right.
select q.row
from quarantine.row q
join ledger.batch b using (agency, batch_id)
where b.word = %(word)s and q.state = 'open';
