-- Every reading of the submissions that are withdrawn.
select batch_id, state
from ledger.batch
where agency = %(agency)s and feed = %(feed)s and word = any(%(targets)s)
order by number;
