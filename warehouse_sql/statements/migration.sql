-- Which files were applied, what the additive changes of the standard fill, and what written migrations share.

-- name: lock_migration
-- Waits until no other process migrates; the lock goes with the session that holds it.  Only the owner may take it,
-- and it is in no reader's way.
lock table ledger.migration in share update exclusive mode;

-- name: applied_files
-- Returns name and SHA-256 of each applied file.
select name, sha256 from ledger.migration;

-- name: record_applied
-- Records that a file was applied.
insert into ledger.migration (name, sha256) values (%(name)s, %(sha256)s);

-- name: fill_local_days
-- Fills the local day and its zone of the records of one feed from their moment.  A zone that this server does not know
-- fills nothing.
update {table}
set {day} = ({moment} at time zone %(zone)s)::date, {zone} = %(zone)s
where agency = %(agency)s and feed = %(feed)s and {moment} is not null and {day} is null
  and exists (select from pg_timezone_names where name = %(zone)s);

-- name: count_without_local_day
-- Returns how many records have a moment and no local day of it.
select count(*) from {table} where {moment} is not null and {day} is null;

-- name: holds_records
-- Returns whether the tables of the standard have been made.
select exists (select from pg_tables where schemaname = 'core');

-- name: has_schema_state
-- Returns whether this warehouse has the table of what was compared.
select to_regclass('ledger.schema_state') is not null;

-- name: compared
-- Returns what the standard and the warehouse were when they were last found to agree.
select standard, catalogue from ledger.schema_state;

-- name: record_compared
-- Records that standard and warehouse agree.
insert into ledger.schema_state (standard, catalogue) values (%(standard)s, %(catalogue)s)
on conflict (singleton) do update set standard = excluded.standard, catalogue = excluded.catalogue, compared_at = now();

-- name: catalogue
-- Returns an MD5 of the tables of core and history: columns, constraints, indexes and comments.
with t as (
    select c.oid, c.relkind, format('%I.%I', n.nspname, c.relname) as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('core', 'history') and c.relkind in ('r', 'p')
), line as (
    select format('%s %s %s', t.name, t.relkind, d.description) as line
    from t left join pg_description d on d.objoid = t.oid and d.classoid = 'pg_class'::regclass and d.objsubid = 0
    union all
    select format('%s %s %s %s %s %s', t.name, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                  pg_get_expr(f.adbin, f.adrelid), d.description)
    from t
    join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef f on f.adrelid = t.oid and f.adnum = a.attnum
    left join pg_description d on d.objoid = t.oid and d.classoid = 'pg_class'::regclass and d.objsubid = a.attnum
    union all
    select format('%s %s %s', t.name, k.conname, pg_get_constraintdef(k.oid))
    from t join pg_constraint k on k.conrelid = t.oid and k.contype <> 'n'
    union all
    select format('%s %s', t.name, pg_get_indexdef(i.indexrelid)) from t join pg_index i on i.indrelid = t.oid
)
select md5(string_agg(line, E'\n' order by line)) from line;

-- name: count_by_feed
-- Returns agency, feed and number of records of a table.
select agency, feed, count(*) from {table} group by 1, 2 order by 1, 2;

-- name: copy_records
-- Gives the values of the records of one feed whose uids lie in a range, as CSV.
copy (
    select {columns} from {table}
    where agency = %(agency)s and feed = %(feed)s and record_uid between %(low)s and %(high)s
    order by {version}
) to stdout (format csv, header);

-- name: copy_children
-- Gives the items of these records as CSV; `n` is the place of their record in that order, from 0.
copy (
    select {columns}
    from (select {version}, row_number() over (order by {version}) - 1 as n
          from {record}
          where agency = %(agency)s and feed = %(feed)s and record_uid between %(low)s and %(high)s) parent
    join {table} child using ({version})
    where child.agency = %(agency)s
    order by n, position
) to stdout (format csv, header);

-- name: create_rehashed
-- Creates the table of content hashes that were made anew.
create temporary table rehashed (
    record_uid     uuid    not null,
    record_version integer not null,
    row_hash       bytea   not null
);

-- name: set_row_hashes
-- Gives records their new content hashes.
update {table} t
set row_hash = r.row_hash
from rehashed r
where t.agency = %(agency)s and t.record_uid = r.record_uid and t.record_version = r.record_version
  and t.row_hash <> r.row_hash;

-- name: drop_rehashed
-- Drops the table of content hashes.
drop table rehashed;

-- name: create_migration_functions
-- Creates, for the session, the functions that written migrations call; `riskhub warehouse migrate` makes the views of
-- `mart`, `own` and of labels that they drop anew.
--
-- `columns_to_item(type_name, list, was, becomes, role, from_place)`: in core and history, the columns `was` of a record
-- type's table become an item of its list, in the columns `becomes`, and are dropped, with the views of `mart` that read
-- one of them.  An item comes behind those that the record has, and at the position `from_place` or later; where all of
-- the columns are null there is none.  `role`, where it is given, is the item's `role_code`.  A column that is not there
-- is left out.
create or replace function pg_temp.columns_to_item(
    type_name text, list text, was text[], becomes text[], role text default null, from_place integer default 0) returns void
language plpgsql as $function$
declare
    place text;
    child text := type_name || '_' || list;
    ended text;  -- the column that tells versions apart, in history
    moved record;
    dependent text;
begin
    foreach place in array array['core', 'history'] loop
        ended := case place when 'history' then ', recorded_to' else '' end;
        select array_agg(p.field order by p.at) as fields,
               array_agg(format_type(a.atttypid, a.atttypmod) order by p.at) as kinds,
               string_agg(format('t.%I', a.attname), ', ' order by p.at) as given,
               string_agg(format('%I', p.field), ', ' order by p.at) as taken,
               string_agg(format('drop column %I', a.attname), ', ' order by p.at) as dropped,
               array_agg(a.attnum) as numbers, a.attrelid as relation
        into moved
        from unnest(was, becomes) with ordinality p (flat, field, at)
        join pg_attribute a on a.attrelid = to_regclass(format('%I.%I', place, type_name)) and a.attname = p.flat
                           and not a.attisdropped
        group by a.attrelid;
        if moved.fields is null then
            continue;
        end if;
        for dependent in
            select distinct r.ev_class::regclass::text
            from pg_depend d
            join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
            join pg_class v on v.oid = r.ev_class
                           and v.relnamespace in (select oid from pg_namespace
                                                  where nspname in ('mart', 'own', 'core_zh', 'core_en'))
            where d.refobjid = moved.relation and d.refobjsubid = any (moved.numbers)
        loop
            execute format('drop view %s', dependent);
        end loop;
        execute format(
            'create table if not exists %I.%I (agency text not null, record_uid uuid not null,
             position integer not null %s, primary key (agency, record_uid, position%s))',
            place, child, case place when 'history' then ', recorded_to timestamptz not null' else '' end, ended);
        for at in 1 .. cardinality(moved.fields) loop
            execute format('alter table %I.%I add column if not exists %I %s',
                           place, child, moved.fields[at], moved.kinds[at]);
        end loop;
        if role is not null then
            execute format('alter table %I.%I add column if not exists role_code text not null', place, child);
        end if;
        execute format(
            'with behind as (select agency, record_uid%3$s, max(position) + 1 as position from %1$I.%2$I
                             group by agency, record_uid%3$s)
             insert into %1$I.%2$I (agency, record_uid, position%3$s, %4$s%5$s)
             select agency, record_uid, greatest(behind.position, %9$s)%3$s, %6$s%7$s
             from %1$I.%8$I t left join behind using (agency, record_uid%3$s)
             where num_nonnulls(%6$s) > 0',
            place, child, ended, moved.taken, case when role is null then '' else ', role_code' end,
            moved.given, case when role is null then '' else format(', %L', role) end, type_name, from_place);
        execute format('alter table %I.%I %s', place, type_name, moved.dropped);
    end loop;
end $function$;

-- `prefixed_to_item(type_name, list, prefix, role, from_place)`: the same for all columns of a prefix, which bear their
-- names without it in the item.
create or replace function pg_temp.prefixed_to_item(
    type_name text, list text, prefix text, role text default null, from_place integer default 0) returns void
language sql as $function$
    select pg_temp.columns_to_item(type_name, list, array_agg(k.column_name::text),
                                   array_agg(substr(k.column_name, length(prefix) + 1)), role, from_place)
    from information_schema.columns k
    where k.table_schema = 'core' and k.table_name = type_name and starts_with(k.column_name, prefix)
    having count(*) > 0
$function$;

-- name: comment_migration
-- Says what the columns of the migrations are, by the session that holds the lock on them: no other may.
comment on column ledger.migration.name       is 'File, without its ending 脚本名称';
comment on column ledger.migration.sha256     is 'SHA-256 of its text when it was applied 执行时内容的 SHA-256 摘要';
comment on column ledger.migration.applied_at is 'When it was applied 执行时间';
