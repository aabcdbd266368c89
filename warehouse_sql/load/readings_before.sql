-- The earlier readings of this delivery that have brought records.
select batch_id
from ledger.batch
where agency = %(agency)s and feed = %(feed)s and word = %(word)s and batch_id <> %(batch_id)s and new + changed > 0;
