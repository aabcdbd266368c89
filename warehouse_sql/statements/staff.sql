-- What the pages of the staff show.

-- name: feeds_today
-- Returns one row per source with what its batches of the last 24 hours brought, and what of it waits.
select b.agency || '/' || b.feed as source, s.title_zh, s.title_en, max(b.received_at) as last_received_at,
       coalesce(sum(b.read) filter (where recent), 0)::bigint as read,
       coalesce(sum(b.new + b.changed + b.unchanged) filter (where recent), 0)::bigint as let_in,
       coalesce(sum(b.quarantined) filter (where recent), 0)::bigint as quarantined,
       count(*) filter (where b.state = 'held') as held
from ledger.source s
join ledger.batch b using (agency, feed)
cross join lateral (select b.received_at > %(now)s - interval '24 hours' as recent) r
group by 1, 2, 3
order by held desc, quarantined desc, source;
