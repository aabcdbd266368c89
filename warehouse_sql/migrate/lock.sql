-- Two hubs that start at once migrate one after the other; the lock goes with the session.
select pg_advisory_lock(hashtextextended('riskhub/migrate', 0));
