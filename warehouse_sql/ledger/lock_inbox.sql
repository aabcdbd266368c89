-- One process at a time claims files of a source: between the renames of a claim a folder shows half of it.
select pg_advisory_xact_lock(hashtextextended('riskhub/inbox/' || %(source)s, 0));
