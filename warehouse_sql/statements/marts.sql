-- Marts that are kept up after the load: by which definition each was built, and which batches it has.

-- name: definition
-- Returns the definition by which a mart was built.
select definition from mart.built where mart = %(mart)s;

-- name: set_built
-- Records that a mart was built in full.
insert into mart.built (mart, definition, built_at, refreshed_at) values (%(mart)s, %(definition)s, now(), now())
on conflict (mart) do update set definition = excluded.definition, built_at = excluded.built_at, refreshed_at = excluded.refreshed_at;

-- name: forget_applied
-- Forgets which batches a mart has.
delete from mart.applied_batch where mart = %(mart)s;

-- name: apply_all
-- Records that a mart has all batches that are loaded.
insert into mart.applied_batch (mart, agency, feed, batch_id)
select %(mart)s, agency, feed, batch_id from ledger.batch where loaded_at is not null;

-- name: one_at_a_time
-- Waits until nobody else refreshes marts.  It takes no snapshot: what the transaction sees begins after it.
lock table mart.built in share row exclusive mode;

-- name: pending_batches
-- Returns the batches that are loaded and that a mart does not have yet, with the moment in which each changed core.
select b.agency, b.feed, b.batch_id, b.loaded_at
from ledger.batch b
where b.loaded_at is not null
  and not exists (select from mart.applied_batch a where a.mart = %(mart)s and a.agency = b.agency and a.batch_id = b.batch_id);

-- name: create_touched
-- Creates the table of the records that batches touched.
create temporary table touched_record (record_type text not null, agency text not null, record_uid uuid not null) on commit drop;

-- name: record_touched
-- Adds the records of one type that the batches of these moments brought, changed or ended.  The bounds are for the block range
-- indexes.
insert into touched_record (record_type, agency, record_uid)
select %(record_type)s, agency, record_uid
from {core}
where recorded_from between %(first)s and %(last)s and recorded_from = any (%(moments)s)
union
select %(record_type)s, agency, record_uid
from {history}
where recorded_to between %(first)s and %(last)s and recorded_to = any (%(moments)s);

-- name: analyze_touched
-- Tells the planner how many they are.
analyze touched_record;

-- name: touched_types
-- Returns the record types of the records that were touched.
select distinct record_type from touched_record;

-- name: delete_touched
-- Removes the rows of a mart that come from the records that were touched.
delete from {mart} m
using touched_record k
where m.record_type = k.record_type and m.agency = k.agency and m.record_uid = k.record_uid;

-- name: drop_touched
-- Drops that table, to make room for the next mart of the transaction.
drop table touched_record;

-- name: record_applied
-- Records that a mart has these batches.
insert into mart.applied_batch (mart, agency, feed, batch_id)
select %(mart)s, * from unnest(%(agencies)s::text[], %(feeds)s::text[], %(batches)s::text[]);

-- name: set_refreshed
-- Records when a mart was last brought up to date.
update mart.built set refreshed_at = now() where mart = %(mart)s;

-- name: refresh_quality
-- Makes the months that these batches touched anew in the marts of quality.
select mart.refresh_quality(%(batches)s::text[]);

-- name: refresh_all_quality
-- Makes the marts of quality anew.
select mart.refresh_quality();
