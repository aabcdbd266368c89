-- Two hubs that start at once migrate one after the other; the lock goes with the session that holds it.  Nobody but the
-- owner may take it, and it is in no reader's way.
lock table ledger.migration in share update exclusive mode;
