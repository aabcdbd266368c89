-- What did the hub know then?  For every record type T: select * from history.T_as_of(timestamptz '2026-03-01').
-- A version was known from its recorded_from until its recorded_to; core holds the versions that still are.
do $$
declare
    t record;
begin
    for t in select c.relname as name,
                    (select string_agg(quote_ident(a.attname), ', ' order by a.attnum)
                     from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as cols
             from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where n.nspname = 'core' and c.relkind = 'r'
               and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'recorded_from')
    loop
        execute format('drop function if exists history.%I(timestamptz)', t.name || '_as_of');
        execute format(
            'create function history.%1$I(at timestamptz) returns setof core.%2$I language sql stable as $f$
               select %3$s from core.%2$I where recorded_from <= at
               union all
               select %3$s from history.%2$I where recorded_from <= at and recorded_to > at $f$',
            t.name || '_as_of', t.name, t.cols);
        execute format('comment on function history.%I(timestamptz) is %L', t.name || '_as_of',
                       'What core.' || t.name || ' held at that moment 该时刻的数据状态');
    end loop;
end $$;
