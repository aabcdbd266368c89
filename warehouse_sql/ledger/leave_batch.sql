-- At once: a session that ends lets go only when the server has noticed, and the next step would find the batch taken.
select pg_advisory_unlock_all();
