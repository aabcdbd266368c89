-- 1.5.0: a record whose hazard has a type and no class has the class under which the type lies.
do $$
declare
    t record;
begin
    if to_regclass('code.entry') is null then
        return;
    end if;
    for t in
        select k.table_schema as schema, k.table_name as name
        from information_schema.columns k
        where k.table_schema in ('core', 'history') and k.column_name = 'hazard_class_code'
          and exists (select from information_schema.columns r
                      where r.table_schema = k.table_schema and r.table_name = k.table_name
                        and r.column_name = 'hazard_type_code')
    loop
        execute format(
            'with recursive up as (
                 select code as type, parent as above from code.entry where list = ''hazard_type'' and parent is not null
                 union
                 select u.type, e.parent from up u join code.entry e on e.list = ''hazard_type'' and e.code = u.above
                 where e.parent is not null),
             top as (
                 select type, above as class from up
                 where not exists (select from code.entry e where e.list = ''hazard_type'' and e.code = up.above))
             update %I.%I r set hazard_class_code = top.class
             from top where top.type = r.hazard_type_code and r.hazard_class_code is null', t.schema, t.name);
    end loop;
end $$;
