-- What each source owes by its mapping, written down so that the views of quality need no Python.

-- name: known
-- Returns the digest of the terms that the ledger has of a source, and until when their periods are written down.
select terms, known_until from ledger.source_terms where agency = %(agency)s and feed = %(feed)s;

-- name: first_poll
-- Returns since when the hub has looked at a source; null when it never has.
select min(since) from ledger.poll_window where agency = %(agency)s and feed = %(feed)s;

-- name: upsert_terms
-- Writes down the terms of a source in place of those that it had.
insert into ledger.source_terms (agency, feed, terms, every, zone, rows_min, rows_max, is_readable, known_until)
values (%(agency)s, %(feed)s, %(terms)s, %(every)s, %(zone)s, %(rows_min)s, %(rows_max)s, %(is_readable)s, %(known_until)s)
on conflict (agency, feed) do update
    set (terms, every, zone, rows_min, rows_max, is_readable, known_until, synced_at) =
        (excluded.terms, excluded.every, excluded.zone, excluded.rows_min, excluded.rows_max, excluded.is_readable,
         excluded.known_until, now());

-- name: insert_period
-- Writes down a period in which a source must deliver; a repeat changes nothing.
insert into ledger.due_period (agency, feed, terms, starts_at, ends_at, due_at, late_at, first_day, last_day, calendar_known)
values (%(agency)s, %(feed)s, %(terms)s, %(starts_at)s, %(ends_at)s, %(due_at)s, %(late_at)s, %(first_day)s, %(last_day)s,
        %(calendar_known)s)
on conflict do nothing;
