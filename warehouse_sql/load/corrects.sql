-- Which rows of which submissions this batch has closed, by what was wrong with them, and what is still open there.
-- The line without a code counts the rows of a submission: one row may have several findings.
with closed as (
    select q.batch_id, q.row, q.state, q.findings
    from quarantine.row q
    where q.agency = %(agency)s and q.closed_by = %(batch_id)s and q.state in ('corrected', 'resent')
), words as (
    select distinct b.word, b.origin_number
    from ledger.batch b
    where b.agency = %(agency)s and b.batch_id in (select batch_id from closed)
), among as (
    select b.word, b.origin_number, q.batch_id, q.row, q.state, q.findings
    from quarantine.row q
    join ledger.batch b using (agency, batch_id)
    where q.agency = %(agency)s and b.word in (select word from words order by origin_number desc limit 50)
      and (q.state = 'open' or q.closed_by = %(batch_id)s and q.state in ('corrected', 'resent'))
)
select a.word as batch, f.code, f."column",
       count(distinct (a.batch_id, a.row)) filter (where a.state = 'corrected') as closed,
       count(distinct (a.batch_id, a.row)) filter (where a.state = 'resent')    as resent,
       count(distinct (a.batch_id, a.row)) filter (where a.state = 'open')      as open
from among a
cross join lateral jsonb_to_recordset(a.findings) as f (code text, "column" text)
group by grouping sets ((a.word, a.origin_number), (a.word, a.origin_number, f.code, f."column"))
order by a.origin_number, f.code nulls first, f."column";
