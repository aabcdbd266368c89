select slots from public.slot_pool where pool = %(pool)s;
