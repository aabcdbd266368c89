-- Merging a batch into core: classify its rows by key and content, retire what changes, number the versions.

-- name: create_incoming
-- Creates the table of what comes in, by key and content only: the classification needs no more, so a row's text is
-- sent once, to its table.
create temporary table incoming (
    row        bigint not null,
    record_uid uuid   not null,
    row_hash   bytea  not null
) on commit drop;

-- name: analyze_incoming
-- Tells the planner how many rows came in.
analyze incoming;

-- name: has_repeated_keys
-- Returns whether any key stands more than once in this delivery.
select exists (select from incoming group by record_uid having count(*) > 1);

-- name: classify_unique_keys
-- Classifies rows where every key stands once: a row is new unless core knows its key.  New rows are not recorded.
create temporary table row_outcome on commit drop as
select a.row, a.record_uid, c.record_version as version,
       case when c.row_hash = a.row_hash then 'unchanged' else 'changed' end as outcome,
       c.row_hash <> a.row_hash as loads, null::bigint as replaced_by
from incoming a
join {core} c on c.agency = %(agency)s and c.record_uid = a.record_uid;

-- name: classify_repeated_keys
-- Classifies rows where keys repeat.  In the order of the file, the same content as the row before it under that key
-- is a duplicate; other content is a correction of it.  The last content of each key is loaded, if core does not hold
-- it, and the row that brings it replaces the rows with other content, whatever core holds.
create temporary table row_outcome on commit drop as
with ordered as (
    select row, record_uid, row_hash,
           row_hash is not distinct from lag(row_hash) over (partition by record_uid order by row) as repeats
    from incoming
), placed as (
    select row, record_uid, row_hash, repeats,
           row_number() over (partition by record_uid, repeats order by row) = 1 and not repeats as first,
           max(row) filter (where not repeats) over (partition by record_uid) as last
    from ordered
)
select p.row, p.record_uid, c.record_version as version,
       case when p.repeats then 'duplicate'
            when not p.first then 'changed'
            when c.record_uid is null then 'new'
            when c.row_hash = p.row_hash then 'unchanged'
            else 'changed' end as outcome,
       p.row = p.last and c.row_hash is distinct from p.row_hash as loads,
       case when not p.repeats and p.row < p.last then p.last end as replaced_by
from placed p
left join {core} c on c.agency = %(agency)s and c.record_uid = p.record_uid;

-- name: classify_append
-- Classifies the rows of an append feed: a key that core knows may come again with the same content only, and so may a
-- key of this delivery.  Other content is refused, unless it is this delivery's own, read again.  New rows are not
-- recorded.
create temporary table row_outcome on commit drop as
select p.row, p.record_uid, case when p.own then p.version end as version, p.outcome,
       p.row = p.first_row and (p.record_version is null or p.own and p.outcome = 'changed') as loads,
       null::bigint as replaced_by
from (
    select a.row, a.record_uid, c.record_version, c.record_version as version, f.row as first_row,
           coalesce(b.origin_batch = %(origin_batch)s, false) as own,
           case when a.row <> f.row and a.row_hash = f.row_hash then 'duplicate'
                when a.row <> f.row then 'refused'
                when c.record_uid is null then 'new'
                when c.row_hash = a.row_hash then 'unchanged'
                when b.origin_batch = %(origin_batch)s then 'changed'
                else 'refused' end as outcome
    from incoming a
    join (select distinct on (record_uid) record_uid, row, row_hash from incoming order by record_uid, row) f
      using (record_uid)
    left join {core} c on c.agency = %(agency)s and c.record_uid = a.record_uid
    left join ledger.batch b on b.agency = c.agency and b.batch_id = c.batch_id
) p
where p.outcome <> 'new';

-- name: refuse_unknown
-- Refuses rows of a correction whose record is not known: in core, in history, or in quarantine when it was sent.  A
-- refused correction makes nothing known: sent or read once more, it is refused again.
with unknown as (
    select a.record_uid
    from incoming a
    group by a.record_uid
    having not exists (select from {core} c where c.agency = %(agency)s and c.record_uid = a.record_uid)
       and not exists (select from {history} h where h.agency = %(agency)s and h.record_uid = a.record_uid)
       and not exists (select from quarantine.row q
                       join ledger.batch b using (agency, batch_id)
                       join ledger.delivery d using (agency, delivery_id)
                       left join ledger.submission s using (agency, submission_id)
                       where q.agency = %(agency)s and q.feed = %(feed)s and q.record_uid = a.record_uid
                         and coalesce(s.operation, 'new') = 'new')
), gone as (
    delete from row_outcome v using unknown u where v.record_uid = u.record_uid
)
insert into row_outcome (row, record_uid, version, outcome, loads)
select a.row, a.record_uid, null, 'refused', false
from incoming a
join unknown using (record_uid);

-- name: copy_refused_rows
-- Returns the numbers of refused rows, as binary COPY.
copy (select row from row_outcome where outcome = 'refused') to stdout (format binary);

-- name: copy_replaced_rows
-- Returns, in the order of the file, the numbers of the rows that a later row of their delivery replaces, each with the
-- number of that row, as binary COPY.
copy (select row, replaced_by from row_outcome
      where replaced_by is not null and outcome in ('new', 'changed', 'unchanged')
      order by row) to stdout (format binary);

-- name: copy_unloaded_rows
-- Returns the numbers of rows that bring nothing to core, as binary COPY.
copy (select row from row_outcome where not loads) to stdout (format binary);

-- name: count_outcomes
-- Returns one row: how many rows met each outcome.
select (select count(*) from incoming)
         - (select count(*) from row_outcome where outcome not in ('new', 'ended')) as new,
       (select count(*) from row_outcome where outcome = 'changed')      as changed,
       (select count(*) from row_outcome where outcome = 'unchanged')    as unchanged,
       (select count(*) from row_outcome where outcome = 'duplicate')    as duplicate,
       (select count(*) from row_outcome where outcome = 'skipped')      as skipped,
       (select count(*) from row_outcome where outcome = 'ended')        as ended,
       (select count(*) from row_outcome where outcome = 'refused')      as refused;

-- name: archive_versions
-- Moves the versions that are replaced to history; the transaction's clock closes them.
insert into {history} ({columns}, recorded_to)
select {qualified}, now()
from {core} t
join row_outcome v on t.agency = %(agency)s and t.record_uid = v.record_uid
where v.loads and v.version is not null;

-- name: delete_archived
-- Deletes from core what was archived.
delete from {core} t
using row_outcome v
where t.agency = %(agency)s and t.record_uid = v.record_uid and v.loads and v.version is not null;

-- name: raise_versions
-- Gives the new versions of changed records their numbers.
update {core} t
set record_version = v.version + 1
from row_outcome v
where t.agency = %(agency)s and t.record_uid = v.record_uid and v.loads and v.version is not null;

-- name: transaction_time
-- Returns the time of this transaction, in which its records are recorded.
select now();

-- name: drop_classification
-- Drops the temporary tables, to make room for the next record type.
drop table incoming, row_outcome;

-- name: copy_in
-- Takes rows in, as binary COPY.
copy {table} ({columns}) from stdin (format binary);

-- name: is_row_secured
-- Returns whether row security binds this login at a table: then COPY takes nothing into it.
select row_security_active(%(table)s);

-- name: create_landing
-- Creates the temporary table into which rows are copied there.
create temporary table landing as select {columns} from {table} with no data;

-- name: take_landed
-- Takes the rows over from it.
insert into {table} ({columns}) select {columns} from pg_temp.landing;

-- name: drop_landing
-- Drops it.
drop table pg_temp.landing;

-- name: column_types
-- Returns name and type of each column of a table.
select attname, format_type(atttypid, null)
from pg_attribute
where attrelid = to_regclass(%(table)s) and attnum > 0 and not attisdropped;
