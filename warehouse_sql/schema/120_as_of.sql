-- What did the hub know then?  For every record type T: select * from history.T_as_of(timestamptz '2026-03-01').
-- A version was known from its recorded_from until its recorded_to; core holds the versions that still are.  The items of a
-- list belong to a version of their record: history.T_LIST_as_of gives those of the versions that history.T_as_of gives.
-- A function gives the columns that readers may select (access.field), in the order of core; row security holds in it.
do $$
declare
    t record;
begin
    for t in select c.relname as name,
                    (select array[string_agg(quote_ident(a.attname), ', ' order by a.attnum),
                                  string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod),
                                             ', ' order by a.attnum)]
                     from pg_attribute a
                     where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                       and not exists (select from access.field f
                                       where (f.table_name, f.column_name) = (c.relname, a.attname) and not f.is_open)) as cols
             from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where n.nspname = 'core' and c.relkind = 'r'
               and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'recorded_from')
    loop
        execute format('drop function if exists history.%I(timestamptz)', t.name || '_as_of');
        execute format(
            'create function history.%1$I(at timestamptz) returns table (%4$s) language sql stable as $f$
               select %3$s from core.%2$I where recorded_from <= at
               union all
               select %3$s from history.%2$I where recorded_from <= at and recorded_to > at $f$',
            t.name || '_as_of', t.name, t.cols[1], t.cols[2]);
        execute format('comment on function history.%I(timestamptz) is %L', t.name || '_as_of',
                       'What core.' || t.name || ' held at that moment 该时刻的数据状态');
    end loop;
end $$;

do $$
declare
    t record;
begin
    -- A table with a position holds items; its record is the longest name of a table of records that its name begins with.
    for t in select c.relname as name, p.relname as record,
                    (select array[string_agg('i.' || quote_ident(a.attname), ', ' order by a.attnum),
                                  string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod),
                                             ', ' order by a.attnum)]
                     from pg_attribute a
                     where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                       and not exists (select from access.field f
                                       where (f.table_name, f.column_name) = (c.relname, a.attname) and not f.is_open)) as cols
             from pg_class c
             cross join lateral (
                 select r.relname
                 from pg_class r
                 where r.relnamespace = c.relnamespace and r.relkind = 'r' and starts_with(c.relname, r.relname || '_')
                   and exists (select from pg_attribute a where a.attrelid = r.oid and a.attname = 'recorded_from')
                 order by length(r.relname) desc
                 limit 1) p
             where c.relnamespace = 'core'::regnamespace and c.relkind = 'r'
               and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'position')
               and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'recorded_from')
    loop
        execute format('drop function if exists history.%I(timestamptz)', t.name || '_as_of');
        execute format(
            'create function history.%1$I(at timestamptz) returns table (%5$s) language sql stable as $f$
               select %4$s
               from core.%2$I i join core.%3$I r on r.agency = i.agency and r.record_uid = i.record_uid
               where r.recorded_from <= at
               union all
               select %4$s
               from history.%2$I i
               join history.%3$I r on r.agency = i.agency and r.record_uid = i.record_uid and r.recorded_to = i.recorded_to
               where r.recorded_from <= at and r.recorded_to > at $f$',
            t.name || '_as_of', t.name, t.record, t.cols[1], t.cols[2]);
        execute format('comment on function history.%I(timestamptz) is %L', t.name || '_as_of',
                       'What core.' || t.name || ' held at that moment 该时刻的数据状态');
    end loop;
end $$;
