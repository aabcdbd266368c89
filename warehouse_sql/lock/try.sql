-- Until the end of the transaction; for order only: indexes hold the truth.
select what from ledger.lock where what = %(what)s for update skip locked;
