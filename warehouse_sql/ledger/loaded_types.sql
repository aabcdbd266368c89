-- The record types of those batches that are loaded.
select distinct unnest(string_to_array(s.record_type, ', ')) as record_type
from ledger.batch b
join ledger.source s using (agency, feed)
where b.batch_id = any(%(batches)s) and b.state in ('loaded', 'acknowledged')
order by 1;
