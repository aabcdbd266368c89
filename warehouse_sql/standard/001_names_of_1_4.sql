-- 1.4.0: fields bear the names of the naming rule (`_code` has a list, `_code_text` is the agency's own code, `is_` is a
-- boolean, one name means one thing).  The columns are renamed with all that is in them.
do $$
declare
    c record;
begin
    -- Indexes for links are named after their columns; the standard makes them anew.
    for c in select schemaname, indexname from pg_indexes where schemaname = 'core' and indexname like '%\_by\_%'
    loop
        execute format('drop index %I.%I', c.schemaname, c.indexname);
    end loop;
    for c in
        with renamed (tab, was, now) as (values
            ('customs_declaration', 'ie_flag', 'ie_flag_code'),
            ('customs_declaration', 'entry_port_code', 'entry_port_code_text'),
            ('customs_declaration', 'process_type_code', 'process_type_code_text'),
            ('customs_declaration', 'import_type_code', 'import_type_code_text'),
            ('customs_declaration', 'import_use_code', 'import_use_code_text'),
            ('customs_declaration', 'payment_type_code', 'payment_type_code_text'),
            ('customs_declaration', 'risk_flag', 'is_found_wrong'),
            ('customs_declaration', 'critical_risk_flag', 'is_found_dangerous'),
            ('customs_declaration_goods', 'cert_no', 'reg_no'),
            ('customs_declaration_goods', 'purpose_code', 'purpose_code_text'),
            ('customs_declaration_goods', 'duty_mode_code', 'duty_mode_code_text'),
            ('customs_declaration_goods', 'tax_type_code', 'tax_type_code_text'),
            ('customs_declaration_goods', 'origin_basis_code', 'origin_basis_code_text'),
            ('fire_incident', 'unit_text', 'first_unit_text'),
            ('fire_incident', 'battery_involved', 'is_battery_involved'),
            ('fire_incident', 'product_cert_no', 'product_reg_no'),
            ('injury_case', 'alcohol_involved', 'is_alcohol_involved'),
            ('injury_case', 'drug_involved', 'is_drug_involved'),
            ('injury_case', 'weight', 'statistical_weight'),
            ('injury_case', 'stratum_code', 'stratum_code_text'),
            ('injury_case', 'sampling_unit_code', 'sampling_unit_code_text'),
            ('injury_case', 'facility_code', 'facility_code_text'),
            ('market_sampling', 'product_cert_no', 'product_reg_no'),
            ('overseas_notification', 'product_cert_no', 'product_reg_no'),
            ('port_inspection', 'ie_flag', 'ie_flag_code'),
            ('port_inspection', 'entry_no', 'declaration_no'),
            ('port_inspection', 'affected_value', 'affected_amount'),
            ('port_inspection', 'product_cert_no', 'product_reg_no'),
            ('recall', 'units_affected', 'affected_count'),
            ('recall', 'units_done', 'done_count')
            union all  -- in every type
            select k.table_name, f.was, f.now
            from information_schema.columns k
            join (values ('_hazard$', 'hazard_class', 'class_code'), ('_hazard$', 'hazard_type', 'type_code'),
                         ('_hazard$', 'severity', 'severity_code'), ('_hazard$', 'name', 'agent_text'),
                         ('_test_item$', 'item', 'item_text'), ('_test_item$', 'hazard_type', 'hazard_type_code'),
                         ('_product$', 'cert_no', 'reg_no'),
                         ('(?<!_hazard)$', 'hazard_class', 'hazard_class_code'),
                         ('(?<!_hazard|_test_item)$', 'hazard_type', 'hazard_type_code'),
                         ('(?<!_hazard)$', 'severity', 'severity_code')) f (tab, was, now)
                on k.table_schema = 'core' and k.table_name ~ f.tab and k.column_name = f.was)
        select k.table_schema, r.tab, r.was, r.now
        from renamed r
        join information_schema.columns k on k.table_name = r.tab and k.column_name = r.was
        where k.table_schema in ('core', 'history')
    loop
        execute format('alter table %I.%I rename column %I to %I', c.table_schema, c.tab, c.was, c.now);
    end loop;
end $$;
