-- How far each remote file, table or address was fetched.

-- name: cursors
-- Returns key and state of each cursor of a source.
select slot, memory from ledger.fetched where agency = %(agency)s and feed = %(feed)s;

-- name: cursor_state
-- Returns the state of one cursor, if it has one.
select memory from ledger.fetched where agency = %(agency)s and feed = %(feed)s and slot = %(slot)s;

-- name: upsert_cursor
-- Moves one cursor on.
insert into ledger.fetched (agency, feed, slot, memory, batch_id)
values (%(agency)s, %(feed)s, %(slot)s, %(memory)s, %(batch_id)s)
on conflict (agency, feed, slot) do update
    set memory = excluded.memory, batch_id = coalesce(excluded.batch_id, fetched.batch_id), at = now();
