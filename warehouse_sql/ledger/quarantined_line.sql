-- Every time that a row was kept out, over all readings of its delivery, oldest first.
select q.batch_id as batch, q.row, q.original, q.findings, q.state, q.closed_by, q.closed_at
from quarantine.row q
join ledger.batch b using (agency, batch_id)
where b.word = %(word)s and q.row = %(row)s
order by b.number;
