-- What still has to be worked on: not yet loaded, or loaded with a receipt that is not out.
select b.batch_id
from ledger.batch b
where (%(source)s::text is null or b.agency || '/' || b.feed = %(source)s)
  and (b.state in ('received', 'mapped', 'validated') or b.acknowledged_at is null and b.state <> 'held')
order by b.number;
