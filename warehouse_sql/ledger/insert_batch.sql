with given as (
    select nextval('ledger.batch_number') as number
)
insert into ledger.batch (agency, feed, batch_id, delivery_id, state, duplicate_of, received_at, late_turn, number,
                          origin_number)
select %(agency)s, %(feed)s, %(batch_id)s, %(delivery_id)s, %(state)s, %(duplicate_of)s, now(), %(late_turn)s, number, number
from given
on conflict (agency, batch_id) do nothing;
