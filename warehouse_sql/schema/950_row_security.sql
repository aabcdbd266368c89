-- Row security, made from the catalogue: every table of core and history, every table of mart and every table of the
-- ledger that has a column `agency`.  A table that is new comes under it by itself.  What is as it should be is left
-- alone, so that a migration locks no table that others read.
--
-- A policy names its role: analysts and agencies see what access.visible says, the loader and the owner everything.
-- `select` is asked once for a query (an InitPlan or a hashed subplan), never a function for each row.
-- quarantine.row has no policy, since no reader has a right to it; see docs/decisions/0026.
do $$
declare
    t record;
    seen text;     -- what readers see of the table
    digest text;
    every constant text := '(select exists (select from access.visible where agency = ''*''))';
begin
    for t in
        select c.oid, n.nspname as place, c.relname as name, c.relowner::regrole as owner, f.record_type,
               c.relrowsecurity and c.relforcerowsecurity as is_forced,
               exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'record_type' and not a.attisdropped)
                   and n.nspname = 'mart' as has_type,
               (select obj_description(p.oid, 'pg_policy') from pg_policy p where p.polrelid = c.oid and p.polname = 'readers')
                   as digest
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace and n.nspname in ('core', 'history', 'mart', 'ledger')
        left join (select distinct table_name, record_type from access.field) f
               on f.table_name = c.relname and n.nspname in ('core', 'history')
        where c.relkind in ('r', 'p') and not c.relispartition
          and (n.nspname in ('core', 'history')
               or (n.nspname, c.relname) = ('ledger', 'conflict')
               or exists (select from pg_attribute a
                          where a.attrelid = c.oid and a.attname = 'agency' and not a.attisdropped))
        order by 2, 3
    loop
        seen := case
            when t.record_type is not null then format(
                '(select exists (select from access.visible where agency = ''*'' and record_type = %1$L))
                 or agency in (select agency from access.visible where record_type = %1$L)', t.record_type)
            when t.place in ('core', 'history') then 'false'  -- of no record type of the standard
            when t.has_type then
                'record_type in (select record_type from access.visible where agency = ''*'')
                 or (agency, record_type) in (select agency, record_type from access.visible)'
            when (t.place, t.name) = ('ledger', 'conflict') then
                '(link in (select k.link from ledger.link k join access.visible v on v.record_type = k.left_type where v.agency = ''*'')
                  or (link, left_agency) in (select k.link, v.agency from ledger.link k join access.visible v on v.record_type = k.left_type))
                 and (link in (select k.link from ledger.link k join access.visible v on v.record_type = k.right_type where v.agency = ''*'')
                      or (link, right_agency) in (select k.link, v.agency from ledger.link k join access.visible v on v.record_type = k.right_type))'
            else format('%s or agency in (select agency from access.visible)', every)
        end;
        digest := 'Rows that a reader may see 读者可见的行 ' || md5(concat_ws(' ', seen, t.owner));
        if not t.is_forced then
            execute format('alter table %I.%I enable row level security, force row level security', t.place, t.name);
        end if;
        continue when t.digest = digest;
        execute format('drop policy if exists readers on %I.%I', t.place, t.name);
        execute format('drop policy if exists loader on %I.%I', t.place, t.name);
        execute format('drop policy if exists owner on %I.%I', t.place, t.name);
        execute format('create policy readers on %I.%I for select to riskhub_analyst, riskhub_agency using (%s)',
                       t.place, t.name, seen);
        execute format('create policy loader on %I.%I to riskhub_loader using (true) with check (true)', t.place, t.name);
        execute format('create policy owner on %I.%I to %s using (true) with check (true)', t.place, t.name, t.owner);
        execute format('comment on policy readers on %I.%I is %L', t.place, t.name, digest);
    end loop;
end $$;

-- The trace of openings: a login sees its own, an agency those of its records; others none.
do $$
begin
    alter table access.opening enable row level security, force row level security;
    drop policy if exists readers on access.opening;
    drop policy if exists loader on access.opening;
    drop policy if exists owner on access.opening;
    create policy readers on access.opening for select to riskhub_analyst, riskhub_agency
        using (login = current_user or agency in (select v.agency from access.visible v where v.purpose = 'own'));
    create policy loader on access.opening for select to riskhub_loader using (true);
    execute format('create policy owner on access.opening to %s using (true) with check (true)',
                   (select relowner::regrole from pg_class where oid = 'access.opening'::regclass));
end $$;

-- Columns.  Readers select the open ones; whoever names a closed one is refused, which no setting changes.
do $$
declare
    t record;
    reader text;
begin
    foreach reader in array array['riskhub_analyst', 'riskhub_agency'] loop
        for t in
            select n.nspname as place, c.relname as name,
                   string_agg(format('%I', a.attname), ', ' order by a.attnum) filter (where f.is_open is not false) as open,
                   bool_and(f.is_open is not false) as all_open
            from pg_class c
            join pg_namespace n on n.oid = c.relnamespace and n.nspname in ('core', 'history')
            join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            left join access.field f on (f.table_name, f.column_name) = (c.relname, a.attname)
            where c.relkind in ('r', 'p')
            group by c.oid, n.nspname, c.relname
            having bool_or((f.is_open is not false) <> has_column_privilege(reader, c.oid, a.attnum, 'select'))
                or (has_table_privilege(reader, c.oid, 'select') and not bool_and(f.is_open is not false))
        loop
            execute format('revoke all on table %I.%I from %I', t.place, t.name, reader);
            execute format('grant select %s on table %I.%I to %I',
                           case when t.all_open then '' else format('(%s)', t.open) end, t.place, t.name, reader);
        end loop;
    end loop;
end $$;

-- A table of mart without a column `agency` sums up over all of them: agencies read it only where it describes things
-- (a dimension), not what others have sent.
do $$
declare
    t regclass;
begin
    for t in
        select c.oid
        from pg_class c
        where c.relnamespace = 'mart'::regnamespace and c.relkind in ('r', 'p', 'm')
          and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'agency' and not a.attisdropped)
          and c.relname not in ('built', 'region', 'calendar', 'product_category', 'category_hs', 'country', 'hazard')
    loop
        execute format('revoke all on table %s from riskhub_agency', t);
    end loop;
end $$;

-- What an agency has sent itself, in full: own.T beside each table of core and history that has closed columns, and the
-- rows of it in quarantine.  These views run as their owner, since no reader has a right to the columns; the condition asks
-- for the role of whoever selects, once for a query, and security_barrier keeps conditions of the asker behind it.
create schema if not exists own;
comment on schema own is 'What the asking agency has sent, with all fields 本单位报送的数据（含全部字段）';
do $$
declare
    t record;
begin
    for t in
        select c.oid as base, n.nspname as place, c.relname as name,
               case n.nspname when 'core' then '' when 'history' then 'past_' else 'quarantined_' end || c.relname as shown,
               obj_description(c.oid, 'pg_class') as about,
               array_agg(a.attname::text order by a.attnum) as columns
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where c.relkind in ('r', 'p')
          and ((n.nspname, c.relname) = ('quarantine', 'row')
               or n.nspname in ('core', 'history')
                  and exists (select from access.field f where f.table_name = c.relname and not f.is_open))
        group by c.oid, n.nspname, c.relname
    loop
        continue when t.columns = (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
                                   where a.attrelid = to_regclass(format('own.%I', t.shown)) and a.attnum > 0);
        execute format('drop view if exists own.%I', t.shown);
        execute format('create view own.%I with (security_barrier) as select t.* from %I.%I t
                        where t.agency in (select v.agency from access.visible v where v.purpose = ''own'')',
                       t.shown, t.place, t.name);
        execute format('comment on view own.%I is %L', t.shown, 'Own. ' || t.about);
        execute (select string_agg(format('comment on column own.%I.%I is %L', t.shown, a.attname,
                                          col_description(t.base, a.attnum)), '; ')
                 from pg_attribute a where a.attrelid = t.base and a.attnum > 0 and not a.attisdropped);
    end loop;
end $$;
grant usage on schema own to riskhub_agency;
revoke all on all tables in schema own from public, riskhub_analyst;
grant select on all tables in schema own to riskhub_agency;
