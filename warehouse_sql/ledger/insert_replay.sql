-- The same delivery once more: received when it was received, so that it is judged alike, and with its place among words.
insert into ledger.batch (agency, feed, batch_id, delivery_id, state, replay_of, received_at, late_turn, number,
                          origin_number)
select agency, feed, %(batch_id)s, delivery_id, 'received', batch_id, received_at, late_turn, nextval('ledger.batch_number'),
       number
from ledger.batch
where batch_id = %(origin)s;
