-- The label views of the tables of core: warehouse/label_views.py says what they show.

-- name: digests
-- Returns the digest of what the views were made from, and how many are there: one row for each of the two schemas.
select substring(obj_description(n.oid, 'pg_namespace') from '\[([0-9a-f]+)\]$') as digest,
       (select count(*) from pg_class c where c.relnamespace = n.oid and c.relkind = 'v') as views
from pg_namespace n
where n.nspname in ('core_zh', 'core_en');

-- name: drop_schemas
-- Drops the label views and the agencies' views of their own records: a written migration may drop or change columns that
-- they name.
drop schema if exists core_zh, core_en, own cascade;

-- name: make_schemas
-- Makes the schemas of the label views, empty, with their comments.
drop schema if exists core_zh, core_en cascade;
create schema core_zh;
create schema core_en;
comment on schema core_zh is {zh};
comment on schema core_en is {en};

-- name: create_view
-- Makes one label view.
create view {view} with (security_invoker) as
select {columns}
from {core} t;

-- name: comment_view
-- Says what a label view shows.
comment on view {view} is {comment};

-- name: comment_column
-- Says what a column of a label view shows.
comment on column {column} is {comment};

-- name: label
-- Part of a view: the label of a code; the code itself where its list does not have it.
coalesce((select l.{label} from code.label l where l.list = {list} and l.code = {code}), {code})

-- name: label_on
-- Part of a view: the label that a code had on a day.  Where the code did not hold then it is the latest one.
coalesce((select coalesce(case when l.ends[width_bucket({day}, l.starts)] > {day} or l.ends[width_bucket({day}, l.starts)] is null
                               then l.{labels}[width_bucket({day}, l.starts)] end, l.{label})
          from code.label l where l.list = {list} and l.code = {code}), {code})

-- name: day_of_event
-- Part of a view: the day by which the codes of an event are judged, the sender's own or else that of China.
coalesce({record}.{day}, ({record}.{moment} at time zone {zone})::date)

-- name: day_of_record
-- Part of a view: the day of the record of a child.
(select {day} from {core} r where r.agency = t.agency and r.record_uid = t.record_uid)

-- name: agency_name
-- Part of a view: the name of the agency.
coalesce((select a.{label} from ledger.agency a where a.agency = t.agency), t.agency)

-- name: named
-- Part of a view: a value under its heading.
{value} as {heading}
