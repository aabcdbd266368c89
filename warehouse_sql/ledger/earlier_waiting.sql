-- A source's batches are loaded in the order in which they came, or a correction could be undone by what it corrects.
select b.batch_id
from ledger.batch b
where b.agency = %(agency)s and b.feed = %(feed)s and b.batch_id < %(batch_id)s
  and b.state in ('received', 'mapped', 'validated')
order by b.batch_id
limit 1;
