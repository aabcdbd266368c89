-- The replay of a delivery that has not ended, if there is one.
select batch_id
from ledger.batch
where replay_of = %(origin)s
  and (state in ('received', 'mapped', 'validated', 'held') or state = 'loaded' and acknowledged_at is null)
order by number
limit 1;
