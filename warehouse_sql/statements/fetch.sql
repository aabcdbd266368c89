-- How far each remote file, table or address was fetched.

-- name: cursors
-- Returns key and state of each cursor of a source.
select cursor_key, state from ledger.fetch_cursor where agency = %(agency)s and feed = %(feed)s;

-- name: cursor_state
-- Returns the state of one cursor, if it has one.
select state from ledger.fetch_cursor where agency = %(agency)s and feed = %(feed)s and cursor_key = %(cursor_key)s;

-- name: upsert_cursor
-- Moves one cursor on.
insert into ledger.fetch_cursor (agency, feed, cursor_key, state, batch_id)
values (%(agency)s, %(feed)s, %(cursor_key)s, %(state)s, %(batch_id)s)
on conflict (agency, feed, cursor_key) do update
    set state = excluded.state, batch_id = coalesce(excluded.batch_id, fetch_cursor.batch_id), at = now();
