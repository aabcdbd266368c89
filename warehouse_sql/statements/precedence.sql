-- Precedence: of two deliveries about one record the later one holds, in whatever order they are loaded.

-- name: has_later_batch
-- Returns whether a later delivery of the source is loaded already: so before a replay, or a batch that was held.
select exists (select from ledger.batch
               where agency = %(agency)s and feed = %(feed)s and precedence > %(precedence)s
                 and state in ('loaded', 'acknowledged'));

-- name: has_later_ends
-- Returns whether a later delivery may have ended records: a withdrawal of single ones, or a snapshot.
select exists (select from ledger.batch b join ledger.withdrawn w using (agency, batch_id)
               where b.agency = %(agency)s and b.feed = %(feed)s and b.precedence > %(precedence)s
                 and b.state in ('loaded', 'acknowledged'))
    or exists (select from ledger.batch
               where agency = %(agency)s and feed = %(feed)s and precedence > %(precedence)s and mode = 'snapshot'
                 and state in ('loaded', 'acknowledged'));

-- name: has_ended_records
-- Returns whether records of the source have ever ended by a reading that no longer makes them.
select exists (select from ledger.batch where agency = %(agency)s and feed = %(feed)s and ended > 0);

-- name: earlier_readings
-- Returns the earlier readings of this delivery that brought records.
select batch_id
from ledger.batch
where agency = %(agency)s and feed = %(feed)s and origin_batch = %(origin_batch)s and batch_id <> %(batch_id)s and new + changed > 0;

-- name: create_protected
-- Creates the table of records that a later delivery has named and left as they were.  Its last reading counts; one
-- that waits to be read again will reaffirm them again.
create temporary table if not exists protected on commit drop as
select distinct unnest(s.record_uids) as record_uid
from ledger.reaffirmed s
join ledger.batch b using (agency, batch_id)
where b.agency = %(agency)s and b.feed = %(feed)s and b.precedence > %(precedence)s and b.state <> 'withdrawn'
  and not exists (select from ledger.batch r
                  where r.agency = b.agency and r.feed = b.feed and r.origin_batch = b.origin_batch
                    and (r.number > b.number and r.state in ('loaded', 'acknowledged')
                         or r.state in ('received', 'mapped', 'validated')));

-- name: skip_superseded
-- Skips rows about records that a later delivery has brought or reaffirmed.
update row_outcome v
set outcome = 'skipped', loads = false
from {core} c
join ledger.batch b on b.agency = c.agency and b.batch_id = c.batch_id
where c.agency = %(agency)s and c.record_uid = v.record_uid
  and (b.precedence > %(precedence)s or c.record_uid in (select record_uid from protected));

-- name: skip_ended_later
-- Skips rows about records that a later delivery has ended and core therefore lacks.  A snapshot ends what it does not
-- name, unless it has a row whose key nobody can read.  The last reading of each delivery counts.
with later as (
    select distinct on (origin_batch) batch_id
    from ledger.batch
    where agency = %(agency)s and feed = %(feed)s and precedence > %(precedence)s and mode = 'snapshot'
      and state in ('loaded', 'acknowledged')
    order by origin_batch, number desc
), complete as (
    select l.batch_id
    from later l
    where not exists (select from quarantine.row q
                      where q.agency = %(agency)s and q.batch_id = l.batch_id and q.record_uid is null)
), named as (
    select q.record_uid, count(distinct q.batch_id) as times
    from quarantine.row q
    join complete using (batch_id)
    where q.agency = %(agency)s
    group by q.record_uid
), ended as (
    select a.row, a.record_uid
    from incoming a
    left join named n using (record_uid)
    where not exists (select from {core} c where c.agency = %(agency)s and c.record_uid = a.record_uid)
      and ((select count(*) from complete) > coalesce(n.times, 0)
           or a.record_uid in (select unnest(w.record_uids)
                               from ledger.withdrawn w
                               join ledger.batch b using (agency, batch_id)
                               where b.agency = %(agency)s and b.feed = %(feed)s and b.precedence > %(precedence)s
                                 and b.state in ('loaded', 'acknowledged')))
), known as (
    delete from row_outcome v using ended e where v.record_uid = e.record_uid
)
insert into row_outcome (row, record_uid, version, outcome, loads)
select row, record_uid, null, 'skipped', false from ended;

-- name: end_unmade
-- Ends records that an earlier reading of this delivery has made and this one does not, unless a later delivery has
-- reaffirmed them.
insert into row_outcome (row, record_uid, version, outcome, loads)
select null, c.record_uid, c.record_version, 'ended', true
from {core} c
where c.agency = %(agency)s and c.batch_id = any(%(readings)s)
  and not exists (select from incoming a where a.record_uid = c.record_uid)
  and not exists (select from protected v where v.record_uid = c.record_uid);

-- name: continue_versions
-- Numbers a record that had ended and is made again after its last version in history.
update {core} t
set record_version = h.version + 1
from (select record_uid, max(record_version) as version
      from {history}
      where agency = %(agency)s and record_uid in (select record_uid from incoming)
      group by record_uid) h
where t.agency = %(agency)s and t.record_uid = h.record_uid and t.batch_id = %(batch_id)s and t.record_version = 1;

-- name: record_reaffirmed
-- Records which records this delivery names and leaves as core holds them; a refused row reaffirms nothing.
insert into ledger.reaffirmed (agency, batch_id, part, record_uids)
select %(agency)s, %(batch_id)s, left(record_uid::text, 1), array_agg(record_uid)
from (select record_uid
      from row_outcome
      group by record_uid
      having not bool_or(loads)
         and (bool_and(outcome not in ('skipped', 'refused')) or bool_or(outcome = 'unchanged'))) kept
group by left(record_uid::text, 1)
on conflict (agency, batch_id, part) do update set record_uids = reaffirmed.record_uids || excluded.record_uids;
