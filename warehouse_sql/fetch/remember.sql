insert into ledger.fetched (agency, feed, slot, memory, batch_id)
values (%(agency)s, %(feed)s, %(slot)s, %(memory)s, %(batch_id)s)
on conflict (agency, feed, slot) do update
    set memory = excluded.memory, batch_id = coalesce(excluded.batch_id, fetched.batch_id), at = now();
