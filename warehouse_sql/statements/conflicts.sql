-- Two feeds that contradict each other: compared, opened, closed, listed, and told by notice.

-- name: create_changed_records
-- Creates the table of the records of linked types that this transaction makes, changes or ends.
create temporary table if not exists changed_record (
    record_type text not null,
    agency      text not null,
    record_uid  uuid not null
) on commit drop;

-- name: record_changed
-- Adds the records that a load changes.  New rows have no recorded outcome; of the others, those that are loaded.
insert into changed_record (record_type, agency, record_uid)
select %(record_type)s, %(agency)s, a.record_uid
from incoming a
where not exists (select from row_outcome v where v.row = a.row)
union
select %(record_type)s, %(agency)s, v.record_uid from row_outcome v where v.loads;

-- name: record_all
-- Adds every record of one side of a link that was declared or changed: what was loaded before is compared by it.
insert into changed_record (record_type, agency, record_uid) select %(record_type)s, agency, record_uid from {core};

-- name: analyze_changed_records
-- Tells the planner how many records changed.
analyze changed_record;

-- name: create_differences
-- Creates the table of what differs.
create temporary table if not exists disagreement (
    link text, rule text, thing text,
    left_agency text, left_feed text, left_uid uuid, left_record_no text, left_value text, left_batch text,
    right_agency text, right_feed text, right_uid uuid, right_record_no text, right_value text, right_batch text
) on commit drop;

-- name: compare
-- Adds what differs between the changed records of one side of a link and the records of the other side.
insert into disagreement
select distinct %(link)s, d.rule, concat_ws(' / ', {thing}),
       l.agency, l.feed, l.record_uid, l.source_record_no, d.left_value, l.batch_id,
       r.agency, r.feed, r.record_uid, r.source_record_no, d.right_value, r.batch_id
from changed_record t
join {near} on {is_changed}
join {far} on {same_thing}
cross join lateral (values {rules}) as d (rule, left_value, right_value, differs)
where t.record_type = %(record_type)s and d.differs and {apart};

-- name: close_conflicts
-- Closes open conflicts of changed records that the comparison has not found again.
with open as (
    select c.ctid as at
    from changed_record t
    join ledger.conflict c on c.left_agency = t.agency and c.left_uid = t.record_uid
    where t.record_type = %(left_type)s and c.link = %(link)s and c.closed_at is null
    union
    select c.ctid
    from changed_record t
    join ledger.conflict c on c.right_agency = t.agency and c.right_uid = t.record_uid
    where t.record_type = %(right_type)s and c.link = %(link)s and c.closed_at is null
), again as (
    select distinct rule, left_agency, left_uid, right_agency, right_uid, thing, left_value, right_value
    from disagreement
    where link = %(link)s
)
update ledger.conflict c
set closed_at = now(), closed_by = %(cause)s,
    outcome = case
        when not exists (select from {left} l where l.agency = c.left_agency and l.record_uid = c.left_uid)
          or not exists (select from {right} r where r.agency = c.right_agency and r.record_uid = c.right_uid)
            then 'ended'
        when exists (select from again a
                     where (a.rule, a.left_agency, a.left_uid, a.right_agency, a.right_uid, a.thing)
                         = (c.rule, c.left_agency, c.left_uid, c.right_agency, c.right_uid, c.thing))
            then 'replaced'
        else 'agreed' end
from open o
where c.ctid = o.at
  and not exists (select from again a
                  where (a.rule, a.left_agency, a.left_uid, a.right_agency, a.right_uid, a.thing)
                      = (c.rule, c.left_agency, c.left_uid, c.right_agency, c.right_uid, c.thing)
                    and (a.left_value, a.right_value) is not distinct from (c.left_value, c.right_value));

-- name: open_conflicts
-- Opens conflicts, once per pair, rule and pair of values; one that is open already stays as it is.
insert into ledger.conflict (link, rule, thing,
    left_agency, left_feed, left_uid, left_record_no, left_value, left_batch,
    right_agency, right_feed, right_uid, right_record_no, right_value, right_batch, opened_by)
select d.*, %(cause)s
from disagreement d
where d.link = %(link)s
on conflict do nothing;

-- name: clear
-- Empties the temporary tables.
truncate changed_record, disagreement;

-- name: has_other_feed
-- Returns whether any other feed holds records of this type.  Another agency's are found by the primary key, which
-- begins with the agency; another feed of the same agency is one that the ledger knows to bring them.
select exists (select from {core} where agency < %(agency)s)
    or exists (select from {core} where agency > %(agency)s)
    or exists (select from ledger.source
               where agency = %(agency)s and feed <> %(feed)s
                 and %(record_type)s = any(string_to_array(record_type, ', ')));

-- name: known_links
-- Returns the links by which the warehouse was last compared.
select link, version, left_type, right_type from ledger.link;

-- name: upsert_link
-- Records a link as compared now; returns the cause under which its conflicts are opened.
insert into ledger.link (link, label_zh, label_en, left_type, right_type, version)
values (%(link)s, %(label_zh)s, %(label_en)s, %(left_type)s, %(right_type)s, %(version)s)
on conflict (link) do update
set label_zh = excluded.label_zh, label_en = excluded.label_en, left_type = excluded.left_type,
    right_type = excluded.right_type, version = excluded.version, compared_at = now()
returning %(link)s || '-' || to_char(compared_at at time zone 'UTC', 'YYYYMMDD-HH24MISS-US');

-- name: close_link
-- Closes the conflicts of a link that is declared no more.
with gone as (
    update ledger.link set version = '' where link = %(link)s returning link
)
update ledger.conflict c
set closed_at = now(), closed_by = %(cause)s, outcome = 'agreed'
from gone g
where c.link = g.link and c.closed_at is null;

-- name: list_conflicts
-- Returns the latest conflicts, latest first.
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

-- name: summarize_conflicts
-- Returns per link, rule and pair of sources how many conflicts are open and closed.
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

-- name: settled_counts
-- Returns per source how many of its conflicts a cause has closed for good, and the language of its agency.
select s.agency, s.feed, a.language, count(*) filter (where c.closed_by = %(cause)s and c.outcome <> 'replaced') as closed
from ledger.conflict_side c
join ledger.source s on s.agency = c.agency and s.feed = c.feed
join ledger.agency a on a.agency = s.agency
where c.opened_by = %(cause)s or c.closed_by = %(cause)s
group by s.agency, s.feed, a.language
order by s.agency, s.feed;

-- name: opened_conflicts
-- Returns the conflicts that a cause has opened, for the owners of one side: counts by rule, and the first places.
with numbered as (
    select c.*, count(*) over each_rule as count,
           row_number() over (each_rule order by c.record_no, c.thing, c.other_source, c.other_no, c.other_value) as at
    from ledger.conflict_side c
    where c.opened_by = %(cause)s and c.link = %(link)s and c.side = %(side)s
    window each_rule as (partition by c.agency, c.feed, c.rule)
)
select n.agency, n.feed, n.rule, n.count, n.thing, n.record_no, n.value, n.other_agency, n.other_feed, n.other_no, n.other_value,
       o.title_zh, o.title_en, a.name_zh, a.name_en,
       nullif(r.source_file, d.file_name) as file, r.source_sheet as sheet, r.source_line as line
from numbered n
join ledger.source o on o.agency = n.other_agency and o.feed = n.other_feed
join ledger.agency a on a.agency = n.other_agency
left join {core} r on r.agency = n.agency and r.record_uid = n.record_uid
left join ledger.batch b on b.agency = r.agency and b.batch_id = r.batch_id
left join ledger.delivery d on d.agency = b.agency and d.delivery_id = b.delivery_id
where n.at <= %(most)s
order by n.agency, n.feed, n.rule, n.at;

-- name: insert_notice
-- Puts a notice into the outbox; one that is there already stays as it is.
insert into ledger.notice (agency, feed, cause, kind, name, body, sha256)
values (%(agency)s, %(feed)s, %(cause)s, %(kind)s, %(name)s, %(body)s, %(sha256)s)
on conflict (agency, feed, cause, kind) do nothing;

-- name: unpublished_notices
-- Returns notices that are not published.  Any number of publishers may run: each takes the rows that no other has
-- locked; a repeat writes the same bytes again.
select n.agency, n.feed, n.cause, n.kind, n.name, n.body
from ledger.notice n
where n.published_at is null and (%(cause)s::text is null or n.cause = %(cause)s)
for update skip locked;

-- name: mark_published
-- Records that one notice was published.
update ledger.notice set published_at = now()
where agency = %(agency)s and feed = %(feed)s and cause = %(cause)s and kind = %(kind)s;
