-- Only what was accepted, or is on its way, can be an original: the bytes of a rejected file are never a duplicate.
-- The original of bytes that were accepted at a replay is still the batch that brought them.  Where a later word may
-- have undone what the bytes said (a withdrawal; in a snapshot feed any other picture), they are news.
select b.word
from ledger.delivery d
join ledger.batch b using (agency, delivery_id)
left join ledger.submission s using (agency, submission_id)
where d.agency = %(agency)s and d.feed = %(feed)s and d.sha256 = %(sha256)s
  and coalesce(s.operation, 'new') = %(operation)s
  and b.state in ('received', 'mapped', 'validated', 'held', 'loaded', 'acknowledged')
  and not exists (
      select
      from ledger.batch l
      join ledger.delivery ld on ld.agency = l.agency and ld.delivery_id = l.delivery_id
      left join ledger.submission ls on ls.agency = ld.agency and ls.submission_id = ld.submission_id
      where l.agency = b.agency and l.feed = b.feed and l.turn > b.turn
        and (coalesce(ls.operation, 'new') <> %(operation)s and coalesce(ls.operation, 'new') <> 'zero'
             or %(snapshot)s and ld.sha256 <> d.sha256)
        and l.state in ('received', 'mapped', 'validated', 'held', 'loaded', 'acknowledged'))
order by b.word
limit 1;
