-- 1.5.0: products, parties and nonconformities of samplings and inspections are lists.
do $$
declare
    part text;
begin
    perform pg_temp.prefixed_to_item('market_sampling', 'product', 'product_');
    perform pg_temp.prefixed_to_item('market_sampling', 'party', 'producer_', 'manufacturer');
    perform pg_temp.prefixed_to_item('market_sampling', 'party', 'sampled_unit_', 'sampled', 1);
    perform pg_temp.prefixed_to_item('market_sampling', 'party', 'lab_', 'laboratory', 2);
    perform pg_temp.prefixed_to_item('port_inspection', 'product', 'product_');
    perform pg_temp.prefixed_to_item('port_inspection', 'party', 'consignee_', 'moved');
    perform pg_temp.columns_to_item('port_inspection', 'nonconformity', array['nonconformity_code', 'nonconformity_text'],
                                    array['nonconformity_code', 'nonconformity_text']);
    foreach part in array array['core', 'history'] loop
        if to_regclass(part || '.port_inspection_party') is not null then
            execute format(  -- who receives what is imported, or sends what is exported
                'update %1$I.port_inspection_party p
                 set role_code = case r.ie_flag_code when ''E'' then ''consignor'' else ''consignee'' end
                 from %1$I.port_inspection r
                 where p.role_code = ''moved'' and (p.agency, p.record_uid %2$s) = (r.agency, r.record_uid %3$s)',
                part, case part when 'history' then ', p.recorded_to' else '' end,
                case part when 'history' then ', r.recorded_to' else '' end);
        end if;
    end loop;
end $$;

-- A record that lists no hazard has that of the first of its failed test items; the next file gives its class.
do $$
declare
    t record;
begin
    for t in
        select k.table_schema as schema, k.table_name as items, left(k.table_name, -length('_test_item')) as name,
               case k.table_schema when 'history' then ', %1$s.recorded_to' else '' end as version
        from information_schema.columns k
        where k.table_schema in ('core', 'history') and k.table_name like '%\_test_item' and k.column_name = 'hazard_type_code'
    loop
        execute format(
            'with failed as (
                 select distinct on (i.agency, i.record_uid %5$s) i.*
                 from %1$I.%3$I i where i.verdict_code = ''fail'' and i.hazard_type_code is not null
                 order by i.agency, i.record_uid %5$s, i.position)
             update %1$I.%2$I r
             set hazard_type_code = i.hazard_type_code, hazard_class_code = null
             from failed i
             where (i.agency, i.record_uid %5$s) = (r.agency, r.record_uid %6$s)
               and not exists (select from %1$I.%4$I h where (h.agency, h.record_uid %7$s) = (r.agency, r.record_uid %6$s))',
            t.schema, t.name, t.items, t.name || '_hazard',
            format(t.version, 'i'), format(t.version, 'r'), format(t.version, 'h'));
    end loop;
end $$;
