-- Only what was accepted, or is on its way, can be an original: the bytes of a rejected file are never a duplicate.
-- The original of bytes that were accepted at a replay is still the batch that brought them.
select (array_agg(b.word order by b.origin_number))[1], max(b.turn)
from ledger.delivery d
join ledger.batch b using (agency, delivery_id)
left join ledger.submission s using (agency, submission_id)
where d.agency = %(agency)s and d.feed = %(feed)s and d.sha256 = %(sha256)s
  and coalesce(s.operation, 'new') = %(operation)s
  and b.state in ('received', 'mapped', 'validated', 'held', 'loaded', 'acknowledged');
