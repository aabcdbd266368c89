-- Held by the session, so that a process that dies lets go of it.
select pg_try_advisory_lock(hashtextextended('riskhub/batch/' || %(batch_id)s, 0));
