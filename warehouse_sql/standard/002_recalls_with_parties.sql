-- 1.4.0: who recalls is a party of the recall, and remedies are a list; a recall need not have a number.  Hazard types
-- that were breaches of rules are gone: what had them has no hazard type.
do $$
declare
    schema_name text;
    ended text;
    field record;
begin
    foreach schema_name in array array['core', 'history'] loop
        if to_regclass(schema_name || '.recall') is null then
            continue;
        end if;
        ended := case schema_name when 'history' then ', recorded_to' else '' end;
        execute format('alter table %I.recall alter column recall_no drop not null', schema_name);
        if exists (select from information_schema.columns k where k.table_schema = schema_name
                   and k.table_name = 'recall' and k.column_name = 'remedy_code') then
            execute format('create table if not exists %I.recall_remedy (agency text not null, record_uid uuid not null,
                position integer not null, code text not null %s, primary key (agency, record_uid, position%s))',
                schema_name, case schema_name when 'history' then ', recorded_to timestamptz not null' else '' end, ended);
            execute format('insert into %1$I.recall_remedy (agency, record_uid, position, code%2$s)
                select agency, record_uid, 0, case remedy_code when ''several'' then ''other'' else remedy_code end%2$s
                from %1$I.recall where remedy_code is not null', schema_name, ended);
            execute format('alter table %I.recall drop column remedy_code', schema_name);
        end if;
        if exists (select from information_schema.columns k where k.table_schema = schema_name
                   and k.table_name = 'recall' and k.column_name = 'recaller_name') then
            execute format('create table if not exists %I.recall_party (agency text not null, record_uid uuid not null,
                position integer not null, role_code text not null %s, primary key (agency, record_uid, position%s))',
                schema_name, case schema_name when 'history' then ', recorded_to timestamptz not null' else '' end, ended);
            execute format('insert into %1$I.recall_party (agency, record_uid, position, role_code%2$s)
                select agency, record_uid, 0, ''recaller''%2$s from %1$I.recall t
                where (to_jsonb(t) - ''recaller'') @? ''$.keyvalue() ? (@.key starts with "recaller_" && @.value != null)''',
                schema_name, ended);
            for field in select substr(k.column_name, 10) as name, k.column_name as was
                         from information_schema.columns k where k.table_schema = schema_name
                         and k.table_name = 'recall' and k.column_name like 'recaller\_%' loop
                execute format('alter table %I.recall_party add column if not exists %I text', schema_name, field.name);
                execute format('update %1$I.recall_party p set %2$I = t.%3$I from %1$I.recall t
                    where (t.agency, t.record_uid) = (p.agency, p.record_uid) %4$s',
                    schema_name, field.name, field.was,
                    case schema_name when 'history' then 'and t.recorded_to = p.recorded_to' else '' end);
                execute format('alter table %I.recall drop column %I', schema_name, field.was);
            end loop;
        end if;
    end loop;
    for field in
        select k.table_schema, k.table_name, k.column_name as was, replace(k.column_name, 'type', 'class') as class
        from information_schema.columns k
        where k.table_schema in ('core', 'history') and k.column_name in ('hazard_type_code', 'type_code')
          and (k.column_name = 'hazard_type_code' or k.table_name like '%\_hazard')
    loop
        if exists (select from information_schema.columns k where k.table_schema = field.table_schema
                   and k.table_name = field.table_name and k.column_name = field.class) then
            execute format('update %I.%I set %I = null where %I in (''labelling'', ''packaging_defect'', ''poor_control'')',
                           field.table_schema, field.table_name, field.class, field.was);
        end if;
        execute format('update %1$I.%2$I set %3$I = null where %3$I in (''labelling'', ''packaging_defect'', ''poor_control'')',
                       field.table_schema, field.table_name, field.was);
    end loop;
    foreach schema_name in array array['core', 'history'] loop
        if to_regclass(schema_name || '.port_inspection') is not null then
            execute format('update %I.port_inspection set nonconformity_code =
                case hazard_type_code when ''veterinary_residue'' then ''veterinary_residue'' else ''pesticide_residue'' end
                where nonconformity_code = ''residue''', schema_name);
        end if;
    end loop;
end $$;
