-- What a load would change, told field by field without loading.

-- name: create_differences
-- Creates the table of changes of fields.
create temporary table difference (
    record_type text not null,
    record_uid  uuid not null,
    record_no   text,
    field       text not null,
    before      text,
    after       text
) on commit drop;

-- name: create_candidate
-- Creates a table beside core, until the end of this transaction, for what the reading would bring.
create temporary table {candidate} (like {core} including defaults) on commit drop;

-- name: record_changes
-- Adds, field by field, what would change in records that core has.
insert into difference (record_type, record_uid, record_no, field, before, after)
select %(record_type)s, c.record_uid, c.source_record_no, o.key, o.value, n.value
from {core} c
join {candidate} t on t.record_uid = c.record_uid
cross join lateral jsonb_each_text(to_jsonb(c)) o
join lateral jsonb_each_text(to_jsonb(t)) n on n.key = o.key
where c.agency = %(agency)s and o.key <> all(%(hub_columns)s) and o.value is distinct from n.value;

-- name: record_child_changes
-- Adds the same for the items of one child; an item that comes or goes differs in every field that is filled.
with old as (
    select r.record_uid, c.position, e.key, e.value
    from {core} r
    join {candidate} t on t.record_uid = r.record_uid
    join {core_child} c on c.agency = r.agency and c.record_uid = r.record_uid
    cross join lateral jsonb_each_text(to_jsonb(c)) e
    where r.agency = %(agency)s and e.value is not null and e.key <> all(%(hub_columns)s)
), new as (
    select c.record_uid, c.position, e.key, e.value
    from {candidate_child} c
    cross join lateral jsonb_each_text(to_jsonb(c)) e
    where e.value is not null and e.key <> all(%(hub_columns)s)
)
insert into difference (record_type, record_uid, record_no, field, before, after)
select %(record_type)s, r.record_uid, r.source_record_no, %(child)s || '.' || d.key, d.before, d.after
from (select record_uid, key, old.value as before, new.value as after
      from old full join new using (record_uid, position, key)
      where old.value is distinct from new.value) d
join {core} r on r.agency = %(agency)s and r.record_uid = d.record_uid;

-- name: ended_records
-- Returns the numbers of the first records that would end.
select c.source_record_no as record_no
from row_outcome v
join {core} c on c.agency = %(agency)s and c.record_uid = v.record_uid
where v.outcome = 'ended'
order by 1
limit %(limit)s;

-- name: changed_fields
-- Returns per field how many records would change, most first.
select record_type, field, count(distinct record_uid) as records
from difference
group by 1, 2
order by records desc, record_type, field;

-- name: change_examples
-- Returns a few changes of every field, the frequent ones first.
select record_type, field, before, after, records, record_no
from (select record_type, field, before, after, count(*) as records, min(record_no) as record_no,
             row_number() over (partition by record_type, field order by count(*) desc, min(record_no)) as place
      from difference
      group by 1, 2, 3, 4) d
where place <= %(limit)s
order by record_type, field, place;

-- name: drop_candidate
-- Drops the table beside core.
drop table {candidate};

-- name: quarantined_before
-- Returns the rows of a delivery that its last reading quarantined and that nothing has put right.
select q.row
from quarantine.row q
join ledger.batch b using (agency, batch_id)
where b.origin_batch = %(origin_batch)s and q.state = 'open';
