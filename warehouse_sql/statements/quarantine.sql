-- Rows in quarantine: which are put right, by whom, and what stays open.

-- name: has_open_rows
-- Returns whether a row of the source waits in quarantine that a good row of this batch could put right.
select exists (select from quarantine.row
               where agency = %(agency)s and feed = %(feed)s and state = 'open' and record_uid is not null);

-- name: close_corrected
-- Closes rows of earlier deliveries about a record that this batch brings well.
update quarantine.row q
set state = 'corrected', closed_at = now(), closed_by = %(batch_id)s
from ledger.batch b
where q.agency = %(agency)s and q.feed = %(feed)s and q.state = 'open'
  and b.agency = q.agency and b.batch_id = q.batch_id and b.precedence < %(precedence)s
  and q.record_uid in (select a.record_uid
                       from incoming a
                       where not exists (select from row_outcome v where v.row = a.row and v.outcome = 'refused'));

-- name: close_superseded
-- Closes rows of this batch about a record that a later delivery has brought already.
update quarantine.row q
set state = 'corrected', closed_at = now(), closed_by = c.batch_id
from {core} c
join ledger.batch b on b.agency = c.agency and b.batch_id = c.batch_id
where q.agency = %(agency)s and q.batch_id = %(batch_id)s and q.state = 'open'
  and c.agency = q.agency and c.record_uid = q.record_uid and b.precedence > %(precedence)s;

-- name: close_waiting_later
-- A record that a later delivery has wrong too waits there only: what is open is counted once.
update quarantine.row q
set state = 'resent', closed_at = now(), closed_by = l.batch_id
from quarantine.row l
join ledger.batch b using (agency, batch_id)
where q.agency = %(agency)s and q.batch_id = %(batch_id)s and q.state = 'open'
  and l.agency = q.agency and l.feed = %(feed)s and l.record_uid = q.record_uid and l.state = 'open'
  and b.precedence > %(precedence)s;

-- name: close_known
-- Closes a row that is bad again and that a later delivery had put right before.
update quarantine.row q
set state = k.state, closed_at = k.closed_at, closed_by = k.closed_by
from (select distinct on (r.row) r.row, r.record_uid, r.state, r.closed_at, r.closed_by
      from quarantine.row r
      join ledger.batch b using (agency, batch_id)
      where r.agency = %(agency)s and b.feed = %(feed)s and b.origin_batch = %(origin_batch)s and r.batch_id <> %(batch_id)s
        and r.state in ('corrected', 'resent', 'waived')
      order by r.row, b.number desc) k
where q.agency = %(agency)s and q.batch_id = %(batch_id)s and q.row = k.row
  and q.record_uid is not distinct from k.record_uid;

-- name: close_replayed
-- Closes the rows of earlier readings; those that are still bad come back as rows of this reading.
update quarantine.row q
set state = 'replayed', closed_at = now(), closed_by = %(batch_id)s
from ledger.batch b
where q.agency = %(agency)s and q.state = 'open' and q.batch_id <> %(batch_id)s
  and b.agency = q.agency and b.batch_id = q.batch_id and b.origin_batch = %(origin_batch)s;

-- name: close_resent
-- A record that is wrong again waits in this batch only; what earlier deliveries said about it is not open any more.
update quarantine.row q
set state = 'resent', closed_at = now(), closed_by = %(batch_id)s
from quarantine.row n, ledger.batch b
where n.agency = %(agency)s and n.batch_id = %(batch_id)s and n.state = 'open'
  and q.agency = n.agency and q.feed = %(feed)s and q.record_uid = n.record_uid and q.state = 'open'
  and b.agency = q.agency and b.batch_id = q.batch_id and b.precedence < %(precedence)s;

-- name: count_repaired
-- Returns how many rows that earlier readings of this delivery quarantined are good in this one.
select count(distinct r.row)
from quarantine.row r
join ledger.batch b using (agency, batch_id)
where r.agency = %(agency)s and b.feed = %(feed)s and b.origin_batch = %(origin_batch)s and r.batch_id <> %(batch_id)s
  and not exists (select from quarantine.row n
                  where n.agency = r.agency and n.batch_id = %(batch_id)s and n.row = r.row);

-- name: create_row_corrections
-- Creates the table of the rows of this batch that say which row of which submission they correct.
create temporary table row_correction (
    row      bigint not null,
    batch_id text   not null,
    corrects bigint not null
) on commit drop;

-- name: close_row_corrections
-- Closes the rows that rows of this batch name: put right by a good row, else waiting in the later batch.
update quarantine.row q
set state = case when a.good then 'corrected' else 'resent' end, closed_at = now(), closed_by = %(batch_id)s
from (select o.batch_id, a.corrects, bool_or(k.row is null) as good
      from row_correction a
      left join quarantine.row k on k.agency = %(agency)s and k.batch_id = %(batch_id)s and k.row = a.row
      join ledger.batch n on n.batch_id = a.batch_id and n.agency = %(agency)s and n.feed = %(feed)s
      join ledger.batch o on o.agency = n.agency and o.feed = n.feed and o.origin_batch = n.origin_batch
      where o.precedence < %(precedence)s
      group by o.batch_id, a.corrects) a
where q.agency = %(agency)s and q.batch_id = a.batch_id and q.row = a.corrects and q.state = 'open';

-- name: correction_summary
-- Which rows of which submissions this batch has closed, by what was wrong with them, and what is still open there.
-- The line without a code counts the rows of a submission: one row may have several findings.
with closed as (
    select q.batch_id, q.row, q.state, q.findings
    from quarantine.row q
    where q.agency = %(agency)s and q.closed_by = %(batch_id)s and q.state in ('corrected', 'resent')
), origins as (
    select distinct b.origin_batch, b.origin_number
    from ledger.batch b
    where b.agency = %(agency)s and b.batch_id in (select batch_id from closed)
), rows_of_origins as (
    select b.origin_batch, b.origin_number, q.batch_id, q.row, q.state, q.findings
    from quarantine.row q
    join ledger.batch b using (agency, batch_id)
    where q.agency = %(agency)s and b.origin_batch in (select origin_batch from origins order by origin_number desc limit 50)
      and (q.state = 'open' or q.closed_by = %(batch_id)s and q.state in ('corrected', 'resent'))
)
select a.origin_batch as batch, f.code, f."column",
       count(distinct (a.batch_id, a.row)) filter (where a.state = 'corrected') as closed,
       count(distinct (a.batch_id, a.row)) filter (where a.state = 'resent')    as resent,
       count(distinct (a.batch_id, a.row)) filter (where a.state = 'open')      as open
from rows_of_origins a
cross join lateral jsonb_to_recordset(a.findings) as f (code text, "column" text)
group by grouping sets ((a.origin_batch, a.origin_number), (a.origin_batch, a.origin_number, f.code, f."column"))
order by a.origin_number, f.code nulls first, f."column";
