-- Held by the session, so that a process that dies lets go of it.
select pg_try_advisory_lock(hashtextextended('riskhub/fetch/' || %(agency)s || '/' || %(feed)s, 0));
