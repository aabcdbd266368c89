-- Once: who has given it other slots, or a description of their own, keeps them.
insert into public.slot_pool (pool, slots, description, include_deferred)
values (%(pool)s, %(slots)s, 'Asking partners'' servers: what hangs there holds no other task up', false)
on conflict (pool) do nothing;
