-- Only what was accepted, or is on its way, can be an original: the bytes of a rejected file are never a duplicate.
select b.batch_id
from ledger.delivery d
join ledger.batch b using (agency, delivery_id)
where d.agency = %(agency)s and d.feed = %(feed)s and d.sha256 = %(sha256)s
  and b.state in ('received', 'mapped', 'validated', 'held', 'loaded', 'acknowledged')
order by b.batch_id
limit 1;
