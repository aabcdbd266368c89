-- 1.4.0: a record's own hazard is taken from its list of hazards.  Where a record had a hazard and no list, it gets one;
-- where no item of its list had a severity, the first one gets that of the record.
do $$
declare
    t record;
begin
    for t in
        select k.table_schema as schema, k.table_name as name, k.table_schema = 'history' as old
        from information_schema.columns k
        where k.table_schema in ('core', 'history') and k.column_name = 'hazard_type_code'
          and exists (select from information_schema.columns r
                      where r.table_schema = k.table_schema and r.table_name = k.table_name
                        and r.column_name = 'record_version')
    loop
        execute format(
            'create table if not exists %I.%I (agency text not null, record_uid uuid not null, position integer not null,
                class_code text, type_code text, severity_code text %s)', t.schema, t.name || '_hazard',
            case when t.old then ', recorded_to timestamptz not null, primary key (agency, record_uid, position, recorded_to)'
                 else ', primary key (agency, record_uid, position)' end);
        execute format(
            'insert into %1$I.%2$I (agency, record_uid, position, class_code, type_code, severity_code %4$s)
             select agency, record_uid, 0, hazard_class_code, hazard_type_code, severity_code %4$s
             from %1$I.%3$I r
             where coalesce(hazard_class_code, hazard_type_code, severity_code) is not null
               and not exists (select from %1$I.%2$I h where (h.agency, h.record_uid %5$s) = (r.agency, r.record_uid %6$s))',
            t.schema, t.name || '_hazard', t.name, case when t.old then ', recorded_to' else '' end,
            case when t.old then ', h.recorded_to' else '' end, case when t.old then ', r.recorded_to' else '' end);
        execute format(
            'update %1$I.%2$I h set severity_code = r.severity_code
             from %1$I.%3$I r
             where (h.agency, h.record_uid %4$s) = (r.agency, r.record_uid %5$s) and h.position = 0
               and r.severity_code is not null
               and not exists (select from %1$I.%2$I o
                               where (o.agency, o.record_uid %6$s) = (r.agency, r.record_uid %5$s)
                                 and o.severity_code is not null)',
            t.schema, t.name || '_hazard', t.name, case when t.old then ', h.recorded_to' else '' end,
            case when t.old then ', r.recorded_to' else '' end, case when t.old then ', o.recorded_to' else '' end);
    end loop;
end $$;
