-- A source's batches are loaded in the order in which they came, or a correction could be undone by what it corrects.
-- What is new does not wait for a replay, whose word is the older one, nor for a batch whose bytes are damaged: only a
-- person can bring those back, and until then one file would stop its source.  Both are loaded late, and weighed then.
select b.batch_id
from ledger.batch b
where b.agency = %(agency)s and b.feed = %(feed)s and b.number < %(number)s
  and b.state in ('received', 'mapped', 'validated')
  and b.waits_for is distinct from 'raw_damaged'
  and (b.replay_of is null or %(replay_of)s::text is not null)
order by b.number
limit 1;
