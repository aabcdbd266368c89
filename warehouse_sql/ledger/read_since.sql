-- The readings of these deliveries that have been loaded since a moment, in the order of their deliveries.
select batch_id, replay_of
from ledger.batch
where replay_of = any(%(origins)s) and loaded_at >= %(since)s and state in ('loaded', 'acknowledged', 'withdrawn')
order by origin_number, number;
