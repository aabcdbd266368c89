select c.link, c.rule, c.thing,
       c.left_agency || '/' || c.left_feed as left_source, c.left_record_no, c.left_value,
       c.right_agency || '/' || c.right_feed as right_source, c.right_record_no, c.right_value,
       c.opened_at, c.opened_by, c.closed_at, c.closed_by, c.outcome
from ledger.conflict c
where (%(source)s::text is null or %(source)s in (c.left_agency || '/' || c.left_feed, c.right_agency || '/' || c.right_feed))
  and (%(link)s::text is null or c.link = %(link)s)
  and (%(closed)s or c.closed_at is null)
order by c.opened_at desc, c.link, c.rule, c.thing, c.left_record_no, c.right_record_no
limit %(limit)s;
