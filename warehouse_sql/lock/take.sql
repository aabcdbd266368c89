-- Waits until nobody else holds it.
select what from ledger.lock where what = %(what)s for update;
