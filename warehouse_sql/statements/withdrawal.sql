-- Withdrawals: records end, and what the withdrawn submission had changed is as it was before.

-- name: classify_keys
-- Classifies each key of a list: its record ends, or a later delivery holds, or it had ended, or nobody knows it.
create temporary table row_outcome on commit drop as
select a.row, a.record_uid, c.record_version as version,
       case when c.record_uid is not null and (b.precedence > %(precedence)s or v.record_uid is not null) then 'skipped'
            when c.record_uid is not null and a.again then 'duplicate'
            when c.record_uid is not null then 'ended'
            when exists (select from {history} h where h.agency = %(agency)s and h.record_uid = a.record_uid) then 'unchanged'
            else 'unknown' end as outcome,
       c.record_uid is not null and not a.again and b.precedence <= %(precedence)s and v.record_uid is null as loads
from (select row, record_uid, row_number() over (partition by record_uid order by row) > 1 as again from incoming) a
left join {core} c on c.agency = %(agency)s and c.record_uid = a.record_uid
left join ledger.batch b on b.agency = c.agency and b.batch_id = c.batch_id
left join protected v on v.record_uid = a.record_uid;

-- name: create_key_outcomes
-- Creates the table of outcomes of a list of keys, over all record types of the feed.
create temporary table key_outcome (row bigint, outcome text, rank integer) on commit drop;

-- name: record_key_outcomes
-- Adds the outcomes of one record type.
insert into key_outcome (row, outcome, rank)
select row, outcome, array_position(array['ended', 'duplicate', 'skipped', 'unchanged', 'unknown'], outcome) from row_outcome;

-- name: count_key_outcomes
-- Returns how many keys met each outcome; of several record types the best outcome counts.
select outcome, count(*)
from (select distinct on (row) row, outcome from key_outcome order by row, rank) best
group by outcome;

-- name: copy_known_keys
-- Returns the numbers of the rows whose key names a record of any type, as binary COPY.
copy (select distinct row from key_outcome where outcome <> 'unknown') to stdout (format binary);

-- name: record_withdrawn
-- Records every key of the list as withdrawn, also one that nobody knows yet: an older delivery may come late.
insert into ledger.withdrawn (agency, batch_id, part, record_uids)
select %(agency)s, %(batch_id)s, left(record_uid::text, 1), array_agg(distinct record_uid)
from incoming
group by left(record_uid::text, 1)
on conflict (agency, batch_id, part) do update set record_uids = withdrawn.record_uids || excluded.record_uids;

-- name: waive_keys
-- Waives rows in quarantine about records that their sender has withdrawn.
update quarantine.row q
set state = 'waived', closed_at = now(), closed_by = %(batch_id)s
from ledger.batch b
where q.agency = %(agency)s and q.feed = %(feed)s and q.state = 'open'
  and b.agency = q.agency and b.batch_id = q.batch_id and b.precedence < %(precedence)s
  and q.record_uid in (select record_uid from incoming);

-- name: readings
-- Returns every reading of the submissions that are withdrawn, with its state.
select batch_id, state
from ledger.batch
where agency = %(agency)s and feed = %(feed)s and origin_batch = any(%(targets)s)
order by number;

-- name: create_reaffirmed_by
-- Creates the table of records that submissions which still hold have reaffirmed, with the latest precedence of each.
create temporary table reaffirmed_by on commit drop as
select u.record_uid, max(b.precedence) as precedence
from ledger.reaffirmed s
join ledger.batch b using (agency, batch_id)
cross join lateral unnest(s.record_uids) as u(record_uid)
where b.agency = %(agency)s and b.feed = %(feed)s and b.origin_batch <> all(%(targets)s)
  and b.state in ('loaded', 'acknowledged')
group by u.record_uid;

-- name: classify_batches
-- Classifies records of the withdrawn submissions: those end that no other submission has reaffirmed since.
create temporary table row_outcome on commit drop as
select null::bigint as row, c.record_uid, c.record_version as version, 'ended' as outcome, true as loads
from {core} c
join ledger.batch b on b.agency = c.agency and b.batch_id = c.batch_id
where c.agency = %(agency)s
  and (c.batch_id = any(%(readings)s)
       or b.state = 'withdrawn'
          and c.record_uid in (select unnest(record_uids) from ledger.reaffirmed
                               where agency = %(agency)s and batch_id = any(%(readings)s)))
  and not exists (select from reaffirmed_by v where v.record_uid = c.record_uid and v.precedence > b.precedence);

-- name: create_previous_versions
-- Creates the table of the version to restore of each record that ends: of the versions whose submissions still hold
-- the one with the latest precedence, unless one has withdrawn the record since.
create temporary table previous_version on commit drop as
select distinct on (h.record_uid) h.record_uid, h.record_version, h.recorded_to, h.batch_id, d.version as last_version
from row_outcome d
join {history} h on h.agency = %(agency)s and h.record_uid = d.record_uid
join ledger.batch b on b.agency = h.agency and b.batch_id = h.batch_id
where d.outcome = 'ended' and b.origin_batch <> all(%(targets)s) and b.precedence < %(precedence)s
  and (b.state in ('loaded', 'acknowledged')
       or exists (select from reaffirmed_by v where v.record_uid = h.record_uid and v.precedence > b.precedence))
  and not exists (select
                  from ledger.withdrawn w
                  join ledger.batch l using (agency, batch_id)
                  where l.agency = b.agency and l.feed = b.feed and l.precedence > b.precedence and l.state in ('loaded', 'acknowledged')
                    and d.record_uid = any(w.record_uids))
order by h.record_uid, b.precedence desc, h.record_version desc;

-- name: count_ended_and_restored
-- Returns how many records end, and how many of them come back in an earlier version.
select (select count(*) from row_outcome where outcome = 'ended'), (select count(*) from previous_version);

-- name: restore_versions
-- Copies the previous versions from history back to core.
insert into {core} ({columns})
select {qualified}
from {history} t
join previous_version b on t.agency = %(agency)s and t.record_uid = b.record_uid and t.recorded_to = b.recorded_to;

-- name: number_restored
-- Gives the restored versions their numbers.
update {core} t
set record_version = b.last_version + 1, recorded_from = now()
from previous_version b
where t.agency = %(agency)s and t.record_uid = b.record_uid;

-- name: waive_rows
-- Waives the open rows of the withdrawn submissions.
update quarantine.row
set state = 'waived', closed_at = now(), closed_by = %(batch_id)s
where agency = %(agency)s and batch_id = any(%(readings)s) and state = 'open';

-- name: end_batches
-- Records that the readings are withdrawn.
update ledger.batch
set state = 'withdrawn'
where agency = %(agency)s and batch_id = any(%(readings)s) and state in ('loaded', 'acknowledged');

-- name: drop_classification
-- Drops the temporary tables, to make room for the next record type.
drop table if exists row_outcome, previous_version, incoming;

-- name: create_closed_rows
-- Creates the table of rows that the withdrawn submission had put right or resent, and whether the batches that sent
-- them still hold.
create temporary table closed_row on commit drop as
select q.batch_id, q.row, q.record_uid, b.origin_batch, b.precedence, b.state in ('loaded', 'acknowledged') as stands
from quarantine.row q
join ledger.batch b using (agency, batch_id)
where q.agency = %(agency)s and q.closed_by = any(%(readings)s) and q.state in ('corrected', 'resent')
  and b.origin_batch <> all(%(targets)s);

-- name: create_record_batches
-- Creates the table of which batches brought the records that those rows are about.
create temporary table record_batch (record_uid uuid not null, batch_id text not null) on commit drop;

-- name: record_record_batches
-- Adds the batches of one record type.
insert into record_batch (record_uid, batch_id)
select record_uid, batch_id from {core} where agency = %(agency)s and record_uid in (select record_uid from closed_row)
union
select record_uid, batch_id from {history} where agency = %(agency)s and record_uid in (select record_uid from closed_row);

-- name: create_superseded
-- Creates the table of submissions that would now be read otherwise.
create temporary table superseded (origin_batch text not null) on commit drop;

-- name: record_superseded
-- Adds submissions that would now be read otherwise: what is restored is not from their last reading, or their row was
-- refused for a number that is free again.
insert into superseded (origin_batch)
select b.origin_batch
from previous_version f
join ledger.batch b on b.agency = %(agency)s and b.batch_id = f.batch_id
where exists (select from ledger.batch r
              where r.agency = b.agency and r.feed = b.feed and r.origin_batch = b.origin_batch and r.number > b.number
                and r.state in ('loaded', 'acknowledged'))
union
select b.origin_batch
from quarantine.row q
join ledger.batch b using (agency, batch_id)
where q.agency = %(agency)s and q.feed = %(feed)s and q.state in ('open', 'resent')
  and q.findings @> '[{"code": "KEY_TAKEN"}]'
  and b.state in ('loaded', 'acknowledged') and b.origin_batch <> all(%(targets)s)
  and q.record_uid in (select record_uid from row_outcome where outcome = 'ended' except select record_uid from previous_version);

-- name: create_reopened
-- Creates the table of what becomes of the closed rows: they wait again, unless a later reading has taken their place,
-- or another submission that holds has brought or quarantined the same record since.
create temporary table reopened on commit drop as
with mentions as (
    select record_uid, batch_id, true as good from record_batch
    union all
    select u.record_uid, s.batch_id, true
    from ledger.reaffirmed s
    join ledger.batch b using (agency, batch_id)
    cross join lateral unnest(s.record_uids) as u (record_uid)
    where s.agency = %(agency)s and b.feed = %(feed)s and u.record_uid in (select record_uid from closed_row)
    union all
    select record_uid, batch_id, false
    from quarantine.row
    where agency = %(agency)s and feed = %(feed)s and record_uid in (select record_uid from closed_row)
), reading as (
    select batch_id, origin_batch, precedence, lead(batch_id) over (partition by origin_batch order by number) as next
    from ledger.batch
    where agency = %(agency)s and feed = %(feed)s and state in ('loaded', 'acknowledged') and origin_batch <> all(%(targets)s)
), settled as (
    select distinct on (c.batch_id, c.row) c.batch_id, c.row, s.good, s.batch_id as by
    from closed_row c
    join mentions s using (record_uid)
    join reading r on r.batch_id = s.batch_id and r.next is null and r.precedence > c.precedence
    order by c.batch_id, c.row, r.precedence, s.good desc
)
select c.batch_id, c.row,
       case when not c.stands then 'waived'
            when r.next is not null then 'replayed'
            when s.by is null then 'open'
            when s.good then 'corrected'
            else 'resent' end as state,
       case when not c.stands then %(batch_id)s else coalesce(r.next, s.by) end as closed_by
from closed_row c
left join reading r on r.batch_id = c.batch_id
left join settled s on s.batch_id = c.batch_id and s.row = c.row;

-- name: reopen_rows
-- Gives the rows the state that they would have if the withdrawn submission had never come.
update quarantine.row q
set state = r.state, closed_by = r.closed_by, closed_at = case when r.closed_by is not null then now() end
from reopened r
where q.agency = %(agency)s and q.batch_id = r.batch_id and q.row = r.row;

-- name: count_reopened
-- Returns how many rows wait again.
select count(*) from reopened where state = 'open';

-- name: deliveries_to_replay
-- Returns the deliveries to read again, in order: those that would now be read otherwise, and those that came while
-- the withdrawn submission held and had rows skipped for a later delivery.
select r.origin_batch, min(o.number) as number
from superseded r
join ledger.batch o on o.agency = %(agency)s and o.batch_id = r.origin_batch
group by r.origin_batch
union
select b.origin_batch, b.origin_number
from ledger.batch b
join ledger.skipped k using (agency, batch_id)
join ledger.delivery d using (agency, delivery_id)
left join ledger.submission s using (agency, submission_id)
where b.agency = %(agency)s and b.feed = %(feed)s and b.state in ('loaded', 'acknowledged')
  and k.reason = any(%(reasons)s) and coalesce(s.operation, 'new') in ('new', 'correct')
  and exists (select from ledger.batch t
              where t.agency = b.agency and t.batch_id = any(%(readings)s)
                and t.precedence > b.precedence and t.number < b.loaded_number)
  and not exists (select from ledger.batch r
                  where r.agency = b.agency and r.feed = b.feed and r.origin_batch = b.origin_batch and r.number > b.number
                    and r.state in ('loaded', 'acknowledged'))
order by number;
