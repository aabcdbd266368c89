-- Two batches that are linked compare one after the other, so that the later one sees what the earlier has brought.
select pg_advisory_xact_lock(hashtextextended('link ' || %(link)s, 0));
