-- What the pages of one feed show: its volume, its findings over time, its drift, its mapping's history.

-- name: feed_named
-- Returns one source with its agency, how many batches it has, which are held, when the last came, and how many of its
-- rows wait in quarantine; more than a hundred thousand are not counted.
select s.agency || '/' || s.feed as source, s.title_zh, s.title_en, a.name_zh as agency_zh, a.name_en as agency_en,
       s.record_type, b.batches, b.held, b.last_received_at, q.open_rows
from ledger.source s
join ledger.agency a using (agency)
cross join lateral (
    select count(*) as batches, count(*) filter (where state = 'held') as held, max(received_at) as last_received_at
    from ledger.batch b
    where (b.agency, b.feed) = (s.agency, s.feed)
) b
cross join lateral (
    select count(*) as open_rows
    from (select from quarantine.row r
          where (r.agency, r.feed) = (s.agency, s.feed) and r.state = 'open' limit 100001) as open_row
) q
where (s.agency, s.feed) = (%(agency)s, %(feed)s);

-- name: batches_of_feed
-- Returns the last new deliveries of a feed, newest first, each with the rows that were expected of it: `low` and
-- `high` are the narrowest of its limits, null where none was set; `seen` are the rows that the rules met.
select b.batch_id as batch, d.file_name as file, b.state, b.received_at, b.read, b.new, b.changed, b.unchanged,
       b.duplicate, b.quarantined, b.skipped, r.seen, r.low, r.high, r.is_expected
from (select * from ledger.batch
      where (agency, feed) = (%(agency)s, %(feed)s) and replay_of is null and coalesce(mode, '') <> 'check'
      order by number desc
      limit %(limit)s) b
join ledger.delivery d using (agency, delivery_id)
cross join lateral (
    select max(x.observed)::bigint as seen, max(x.low) as low, min(x.high) as high, bool_and(x.success) as is_expected
    from ledger.expectation x
    where x.agency = b.agency and x.batch_id = b.batch_id and x.figure = 'rows'
) r
order by b.number desc;

-- name: findings_over_time
-- Returns what was found most in the new deliveries of a feed since a moment, by code and column: its rows, its batches,
-- and its rows in each of the last twelve weeks, oldest first.
with found as (
    select f.code, f.level, f."column", f.batch_id, f.count, b.received_at,
           floor(extract(epoch from %(now)s - b.received_at) / 604800)::integer as weeks_ago
    from ledger.batch b
    join ledger.finding f using (agency, batch_id)
    where (b.agency, b.feed) = (%(agency)s, %(feed)s) and b.received_at > %(since)s and b.replay_of is null
), weekly as (
    select code, level, "column", weeks_ago, sum(count) as rows from found group by 1, 2, 3, 4
), top as (
    select code, level, "column", sum(count)::bigint as rows, count(distinct batch_id) as batches,
           max(received_at) as last_found_at
    from found
    group by 1, 2, 3
    order by array_position(array['error', 'warning', 'repair'], level), rows desc, code, "column"
    limit %(limit)s
)
select t.code, t.level, t."column", t.rows, t.batches, t.last_found_at,
       (select array_agg(coalesce(w.rows, 0)::bigint order by ago desc)
        from generate_series(0, 11) ago
        left join weekly w on (w.code, w.level) = (t.code, t.level) and w."column" is not distinct from t."column"
                          and w.weeks_ago = ago) as weeks
from top t
order by array_position(array['error', 'warning', 'repair'], t.level), t.rows desc, t.code, t."column";

-- name: batches_with_finding
-- Returns the last batches of a feed in which something was found, by code and column, newest first.
select b.batch_id as batch, d.file_name as file, b.state, b.received_at, b.replay_of, b.quarantined, f.code, f.level,
       f."column", f.field, f.value, f.expected, f.file as member, f.sheet, f.line, f.count, f.samples
from ledger.batch b
join ledger.finding f using (agency, batch_id)
join ledger.delivery d using (agency, delivery_id)
where (b.agency, b.feed) = (%(agency)s, %(feed)s) and f.code = %(code)s
  and f."column" is not distinct from %(column)s::text
order by b.number desc, f.number
limit %(limit)s;

-- name: unusual_figures
-- Returns the figures outside of their limits in the last judged batches of a feed, newest first.
select b.batch_id as batch, d.file_name as file, b.state, b.received_at, x.figure, x.code, x.observed, x.low, x.high,
       x.success, x.holds, x.origin, x.engine
from (select * from ledger.batch where (agency, feed) = (%(agency)s, %(feed)s) order by number desc limit 100) b
join ledger.delivery d using (agency, delivery_id)
join ledger.expectation x on x.agency = b.agency and x.batch_id = b.batch_id and not x.success
order by b.number desc, x.figure
limit %(limit)s;

-- name: moved_columns
-- Returns what was found about the columns themselves in the last batches of a feed, newest first.
select b.batch_id as batch, d.file_name as file, b.state, b.received_at, f.code, f.level, f."column", f.value
from (select * from ledger.batch where (agency, feed) = (%(agency)s, %(feed)s) order by number desc limit 100) b
join ledger.delivery d using (agency, delivery_id)
join ledger.finding f on f.agency = b.agency and f.batch_id = b.batch_id and f.code = any(%(codes)s)
order by b.number desc, f.number
limit %(limit)s;

-- name: open_conflicts
-- Returns what a feed and others say differently now, the latest first, each record with its type and identity.
select l.label_zh, l.label_en, c.rule, c.thing, c.opened_at,
       l.left_type, c.left_agency, c.left_feed, c.left_uid, c.left_record_no, c.left_value,
       l.right_type, c.right_agency, c.right_feed, c.right_uid, c.right_record_no, c.right_value
from ledger.conflict c
join ledger.link l using (link)
where c.closed_at is null
  and (c.left_agency = %(agency)s and c.left_feed = %(feed)s or c.right_agency = %(agency)s and c.right_feed = %(feed)s)
order by c.opened_at desc, c.link, c.rule, c.thing, c.left_record_no, c.right_record_no
limit %(limit)s;

-- name: mapping_versions
-- Returns the versions of the mapping that a feed's batches were read by, the newest first: since when, until when, and
-- what they made of the rows.
select b.mapping_version, b.standard_version, min(b.received_at) as first_at, max(b.received_at) as last_at,
       count(*) as batches, count(b.replay_of) as replays, sum(b.read)::bigint as read,
       sum(b.quarantined)::bigint as quarantined
from ledger.batch b
where (b.agency, b.feed) = (%(agency)s, %(feed)s) and b.mapping_version is not null
group by 1, 2
order by max(b.number) desc
limit %(limit)s;

-- name: open_rows_by_batch
-- Returns the batches of a feed whose rows wait in quarantine, newest first.
select q.batch_id as batch, d.file_name as file, d.bytes, b.received_at, b.state, b.mapping_version, q.rows
from (select agency, batch_id, count(*) as rows
      from quarantine.row
      where (agency, feed) = (%(agency)s, %(feed)s) and state = 'open'
      group by 1, 2) q
join ledger.batch b using (agency, batch_id)
join ledger.delivery d using (agency, delivery_id)
order by b.number desc
limit %(limit)s;

-- name: judged_newest
-- Returns each source with its newest batch that the batch rules have judged: how many there were, and how many it met.
select s.agency || '/' || s.feed as source, s.title_zh, s.title_en, a.name_zh as agency_zh, a.name_en as agency_en,
       n.batch_id as batch, n.received_at, n.rules, n.met, n.held
from ledger.source s
join ledger.agency a using (agency)
left join lateral (
    select b.batch_id, b.received_at, b.state = 'held' as held, x.rules, x.met
    from ledger.batch b
    join ledger.profile p using (agency, batch_id)
    cross join lateral (
        select count(*) as rules, count(*) filter (where success) as met
        from ledger.expectation e
        where e.agency = b.agency and e.batch_id = b.batch_id
    ) x
    where (b.agency, b.feed) = (s.agency, s.feed)
    order by b.number desc
    limit 1
) n on true
order by n.met < n.rules desc nulls last, source;

-- name: judged_of_feed
-- Returns the last judged batches of a feed, newest first, with how many rules there were and how many each met.
select b.batch_id as batch, d.file_name as file, b.state, b.received_at, x.rules, x.met
from (select b.agency, b.batch_id, b.delivery_id, b.state, b.received_at, b.number
      from ledger.batch b
      join ledger.profile p using (agency, batch_id)
      where (b.agency, b.feed) = (%(agency)s, %(feed)s)
      order by b.number desc
      limit %(limit)s) b
join ledger.delivery d using (agency, delivery_id)
cross join lateral (
    select count(*) as rules, count(*) filter (where success) as met
    from ledger.expectation e
    where e.agency = b.agency and e.batch_id = b.batch_id
) x
order by b.number desc;

-- name: rules_of_batch
-- Returns what each batch rule said of a batch, the unmet ones first.
select figure, code, observed, low, high, success, holds, origin, engine
from ledger.expectation
where agency = (select agency from ledger.batch where batch_id = %(batch)s) and batch_id = %(batch)s
order by success, figure, origin;

-- name: records_of_batch
-- Returns one page of the records of a type that hold now as a batch has brought them, in the order of its file.
select t.agency, t.record_uid, t.source_record_no, t.record_version, t.source_file, t.source_sheet, t.source_line
from {core} t
where t.agency = (select agency from ledger.batch where batch_id = %(batch)s) and t.batch_id = %(batch)s
  and (coalesce(t.source_line, 0), t.record_uid) > (%(line)s, %(uid)s::uuid)
order by coalesce(t.source_line, 0), t.record_uid
limit %(limit)s;

-- name: versions_of_record
-- Returns what a record said before, the newest version first.
select * from {history} t where t.agency = %(agency)s and t.record_uid = %(record_uid)s order by t.record_version desc limit %(limit)s;

-- name: batches_named
-- Returns the file of each of these batches.
select b.batch_id as batch, d.file_name as file, b.received_at
from ledger.batch b
join ledger.delivery d using (agency, delivery_id)
where b.batch_id = any(%(batches)s);
