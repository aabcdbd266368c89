-- Transaction-level, so it is safe behind a pooler and gone with the transaction.  For order only: indexes hold the truth.
select pg_advisory_xact_lock(hashtextextended(%(agency)s || '/' || %(feed)s, 0));
