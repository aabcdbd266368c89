-- From a record back to its file and line, and from a delivery to its corrections.

-- name: records_by_number
-- Returns the records of a type that have a sender's number.
select *
from {core}
where source_record_no = %(key)s
  and (%(source)s::text is null or agency || '/' || feed = %(source)s);

-- name: record_by_uid
-- Returns one record by its identity.
select * from {core} where agency = %(agency)s and record_uid = %(record_uid)s;

-- name: child_records
-- Returns the children of a record, in order.
select * from {core} where agency = %(agency)s and record_uid = %(record_uid)s order by position;

-- name: quarantine_history
-- Returns every time that a row was quarantined, over all readings of its delivery, oldest first.
select q.batch_id as batch, q.row, q.original, q.findings, q.state, q.closed_by, q.closed_at
from quarantine.row q
join ledger.batch b using (agency, batch_id)
where b.origin_batch = %(origin_batch)s and q.row = %(row)s
order by b.number;

-- name: correction_thread
-- Returns every reading of a delivery, of those that it corrects, and of those that corrected it since, in order.
with recursive forward (agency, origin_batch) as (
    select agency, origin_batch from ledger.batch where origin_batch = %(origin)s
    union
    select n.agency, n.origin_batch
    from forward f
    join ledger.batch o on (o.agency, o.origin_batch) = (f.agency, f.origin_batch)
    join quarantine.row q on (q.agency, q.batch_id) = (o.agency, o.batch_id) and q.state in ('corrected', 'resent')
    join ledger.batch n on (n.agency, n.batch_id) = (q.agency, q.closed_by)
), back (agency, origin_batch) as (
    select agency, origin_batch from ledger.batch where origin_batch = %(origin)s
    union
    select o.agency, o.origin_batch
    from back f
    join ledger.batch n on (n.agency, n.origin_batch) = (f.agency, f.origin_batch)
    join quarantine.row q on q.agency = n.agency and q.closed_by = n.batch_id and q.state in ('corrected', 'resent')
    join ledger.batch o on (o.agency, o.batch_id) = (q.agency, q.batch_id)
), thread as (
    select * from forward union select * from back
)
select b.batch_id as batch,
       case when b.replay_of is not null then 'replay'
            when exists (select from quarantine.row q
                         join ledger.batch o using (agency, batch_id)
                         where q.agency = b.agency and q.closed_by = b.batch_id and q.state in ('corrected', 'resent')
                           and o.origin_batch in (select origin_batch from thread)) then 'correction'
            else 'origin' end as role,
       d.file_name as file, b.state, b.read, b.new, b.changed, b.unchanged, b.duplicate, b.quarantined, b.skipped, b.ended,
       w.open, w.replayed, w.corrected, w.resent,
       b.mapping_version, b.standard_version, b.received_at, b.loaded_at
from ledger.batch b
join ledger.delivery d using (agency, delivery_id)
cross join lateral (
    select count(*) filter (where q.state = 'open') as open,
           count(*) filter (where q.state = 'replayed') as replayed,
           count(*) filter (where q.state = 'corrected') as corrected,
           count(*) filter (where q.state = 'resent') as resent
    from quarantine.row q
    where q.agency = b.agency and q.batch_id = b.batch_id
) w
where (b.agency, b.origin_batch) in (select agency, origin_batch from thread)
order by b.number;
