select c.link, c.rule, c.left_agency || '/' || c.left_feed as left_source,
       c.right_agency || '/' || c.right_feed as right_source,
       count(*) filter (where c.closed_at is null) as open,
       min(c.opened_at) filter (where c.closed_at is null) as since,
       count(c.closed_at) as closed
from ledger.conflict c
where (%(source)s::text is null or %(source)s in (c.left_agency || '/' || c.left_feed, c.right_agency || '/' || c.right_feed))
  and (%(link)s::text is null or c.link = %(link)s)
group by c.link, c.rule, c.left_agency, c.left_feed, c.right_agency, c.right_feed
order by open desc, c.link, c.rule, left_source, right_source;
