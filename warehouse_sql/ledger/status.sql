select b.agency || '/' || b.feed as source, count(*) as batches,
       count(*) filter (where b.state in ('received', 'mapped', 'validated', 'loaded')) as working,
       count(*) filter (where b.state = 'held') as held,
       count(*) filter (where b.state = 'rejected') as rejected,
       sum(b.quarantined) as quarantined, max(b.received_at) as last_received_at
from ledger.batch b
group by 1
order by 1;
