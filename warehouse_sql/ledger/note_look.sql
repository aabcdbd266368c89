with last as (
    select since, fault, until
    from ledger.watch
    where agency = %(agency)s and feed = %(feed)s
    order by since desc
    limit 1
), longer as (
    update ledger.watch w
    set until = greatest(w.until, now())
    from last l
    where w.agency = %(agency)s and w.feed = %(feed)s and w.since = l.since
      and l.until >= now() - %(gap)s::interval and l.fault is not distinct from %(fault)s
    returning 1
)
insert into ledger.watch (agency, feed, since, until, fault)
select s.agency, s.feed, now(), now(), %(fault)s
from ledger.source s
where s.agency = %(agency)s and s.feed = %(feed)s and not exists (select from longer)
on conflict (agency, feed, since) do nothing;
