-- The register: agencies, sources, deliveries, batches and how each batch ended.

-- name: upsert_agency
-- Makes an agency known, or brings its names up to date.
insert into ledger.agency (agency, name_zh, name_en, language)
values (%(agency)s, %(name_zh)s, %(name_en)s, %(language)s)
on conflict (agency) do update
    set name_zh = excluded.name_zh, name_en = excluded.name_en, language = excluded.language
    where (agency.name_zh, agency.name_en, agency.language)
          is distinct from (excluded.name_zh, excluded.name_en, excluded.language);

-- name: upsert_source
-- Makes a source known, or brings its titles and bodies up to date.
insert into ledger.source (agency, feed, title_zh, title_en, record_type, bodies)
values (%(agency)s, %(feed)s, %(title_zh)s, %(title_en)s, %(record_type)s, %(bodies)s)
on conflict (agency, feed) do update
    set title_zh = excluded.title_zh, title_en = excluded.title_en, record_type = excluded.record_type, bodies = excluded.bodies
    where (source.title_zh, source.title_en, source.record_type, source.bodies)
          is distinct from (excluded.title_zh, excluded.title_en, excluded.record_type, excluded.bodies);

-- name: insert_delivery
-- Registers the bytes as they were given; a repeat changes nothing.
insert into ledger.delivery (agency, feed, delivery_id, file_name, sha256, bytes, connector, received_at,
                             submission_id, rows_declared, refused, notes)
values (%(agency)s, %(feed)s, %(delivery_id)s, %(file_name)s, %(sha256)s, %(bytes)s, %(connector)s, now(),
        %(submission_id)s, %(rows_declared)s, %(refused)s, %(notes)s)
on conflict (agency, delivery_id) do nothing;

-- name: insert_batch
-- Registers a delivery's batch with the next number; a repeat changes nothing.
with given as (
    select nextval('ledger.batch_number') as number
)
insert into ledger.batch (agency, feed, batch_id, delivery_id, state, duplicate_of, received_at, late_precedence, number,
                          origin_number)
select %(agency)s, %(feed)s, %(batch_id)s, %(delivery_id)s, %(state)s, %(duplicate_of)s, now(), %(late_precedence)s, number, number
from given
on conflict (agency, batch_id) do nothing;

-- name: insert_replay
-- Registers one more reading of a delivery: received when it was received, so that it is judged alike, and with its
-- precedence.
insert into ledger.batch (agency, feed, batch_id, delivery_id, state, replay_of, received_at, late_precedence, number,
                          origin_number)
select agency, feed, %(batch_id)s, delivery_id, 'received', batch_id, received_at, late_precedence, nextval('ledger.batch_number'),
       number
from ledger.batch
where batch_id = %(origin)s;

-- name: batch
-- Returns one batch with its delivery, agency and operation; the columns are the fields of `Entry`.
select b.agency, b.feed, b.batch_id, b.delivery_id, b.state, b.attempt, b.last_fault, b.waits_for, b.duplicate_of, b.replay_of, b.origin_batch, b.precedence, b.number, b.origin_number,
       b.mapping_version, b.standard_version,
       b.read, b.new, b.changed, b.unchanged, b.duplicate, b.quarantined, b.skipped,
       b.received_at, b.mapped_at, b.validated_at, b.loaded_at, b.acknowledged_at,
       d.file_name, d.sha256, d.bytes, d.connector, a.language, a.name_zh, a.name_en,
       coalesce(s.operation, 'new') as operation, d.submission_id, d.notes
from ledger.batch b
join ledger.delivery d using (agency, delivery_id)
join ledger.agency a using (agency)
left join ledger.submission s using (agency, submission_id)
where b.batch_id = %(batch_id)s;

-- name: lock_batch
-- Returns the state of a batch and locks its row until the end of the transaction.
select state from ledger.batch where batch_id = %(batch_id)s for update;

-- name: advance_batch
-- Moves a batch on to a state.
update ledger.batch
set state = %(state)s, attempt = 0, last_fault = null, waits_for = null, waits_since = null,
    mapping_version = coalesce(%(mapping_version)s, mapping_version),
    standard_version = coalesce(%(standard_version)s, standard_version),
    mapped_at = case when %(state)s = 'mapped' then now() else mapped_at end,
    validated_at = case when %(state)s = 'validated' then now() else validated_at end
where batch_id = %(batch_id)s;

-- name: set_versions
-- Records which mapping and standard a batch is read with.
update ledger.batch
set mapping_version = %(mapping_version)s, standard_version = %(standard_version)s
where batch_id = %(batch_id)s;

-- name: set_mode
-- Records how a batch is loaded: append, upsert or snapshot.
update ledger.batch set mode = %(mode)s where batch_id = %(batch_id)s;

-- name: count_fault
-- Counts a fault that may lie in what was read; returns how many that makes.
update ledger.batch
set attempt = attempt + 1, last_fault = %(fault)s, waits_for = null, waits_since = null
where batch_id = %(batch_id)s
returning attempt;

-- name: wait_for_machine
-- Records what of the machine a batch waits for; it is no fault of the batch and counts nothing.
update ledger.batch
set waits_since = case when waits_for = %(trouble)s then waits_since else now() end, waits_for = %(trouble)s
where batch_id = %(batch_id)s;

-- name: restart_batch
-- Takes a batch back to `received`: its files in the work store have gone, so its bytes are read again.
update ledger.batch
set state = 'received'
where batch_id = %(batch_id)s and state in ('mapped', 'validated');

-- name: finish_loaded
-- Records that a batch is loaded, with its counts; the CHECK refuses counts that do not add up.
update ledger.batch
set state = %(state)s, attempt = 0, last_fault = null, waits_for = null, waits_since = null, loaded_at = now(),
    loaded_number = nextval('ledger.batch_number'),
    read = %(read)s, new = %(new)s, changed = %(changed)s, unchanged = %(unchanged)s,
    duplicate = %(duplicate)s, quarantined = %(quarantined)s, skipped = %(skipped)s, ended = %(ended)s
where batch_id = %(batch_id)s;

-- name: finish_unloaded
-- Records that a batch ended and nothing of it is loaded: rejected, duplicate or withdrawn.
update ledger.batch set state = %(state)s, attempt = 0, waits_for = null, waits_since = null where batch_id = %(batch_id)s;

-- name: insert_finding
-- Records one aggregated finding of a batch.
insert into ledger.finding (agency, batch_id, number, code, level, file, sheet, line, "column", field, value, expected,
                            count, samples)
values (%(agency)s, %(batch_id)s, %(number)s, %(code)s, %(level)s, %(file)s, %(sheet)s, %(line)s, %(column)s, %(field)s,
        %(value)s, %(expected)s, %(count)s, %(samples)s);

-- name: insert_skipped
-- Records how many rows of a batch were skipped for one reason.
insert into ledger.skipped (agency, batch_id, reason, rows) values (%(agency)s, %(batch_id)s, %(reason)s, %(rows)s);

-- name: earlier_waiting_batch
-- Returns the first batch of the source that must be loaded before this one.  Batches are loaded in the order in which
-- they came, or a correction could be undone by what it corrects.  New batches wait neither for a replay, whose
-- precedence is older, nor for a batch whose bytes are damaged: only a person can bring those back, and until then one
-- file would stop its source.  Both are loaded late, and precedence decides then.
select b.batch_id
from ledger.batch b
where b.agency = %(agency)s and b.feed = %(feed)s and b.number < %(number)s
  and b.state in ('received', 'mapped', 'validated')
  and b.waits_for is distinct from 'raw_damaged'
  and (b.replay_of is null or %(replay_of)s::text is not null)
order by b.number
limit 1;

-- name: unfinished_batches
-- Returns the ids of batches that have work left, oldest first: not yet loaded, or loaded and the receipt is not out.
select b.batch_id
from ledger.batch b
where (%(source)s::text is null or b.agency || '/' || b.feed = %(source)s)
  and (b.state in ('received', 'mapped', 'validated') or b.acknowledged_at is null and b.state <> 'held')
order by b.number;

-- name: acknowledge_batch
-- Ends a batch whose receipts and notices are all published; otherwise changes nothing.
update ledger.batch
set state = case when state = 'loaded' then 'acknowledged' else state end, acknowledged_at = coalesce(acknowledged_at, now()),
    waits_for = null, waits_since = null
where batch_id = %(batch_id)s
  and state in ('loaded', 'acknowledged', 'rejected', 'duplicate', 'withdrawn')
  and not exists (select from ledger.receipt r where r.batch_id = %(batch_id)s and r.published_at is null)
  and not exists (select from ledger.notice n where n.cause = %(batch_id)s and n.published_at is null);
