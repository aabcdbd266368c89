-- 1.5.0: codes of a list bear its `_code`, amounts of money are called so, and a share from 0 to 1 is a rate.
do $$
declare
    c record;
begin
    for c in
        with renamed (tab, was, now) as (values
            ('^customs_declaration$', 'entry_port_code_text', 'entry_port_code'),
            ('^customs_declaration_goods$', 'purpose_code_text', 'purpose_code'),
            ('^customs_declaration_goods$', 'duty_mode_code_text', 'duty_mode_code'),
            ('^customs_declaration_goods$', 'price', 'price_amount'),
            ('^customs_declaration_goods$', 'total_price', 'total_price_amount'),
            ('_link$', 'confidence', 'confidence_rate'))
        select k.table_schema, k.table_name, r.was, r.now
        from renamed r
        join information_schema.columns k on k.table_name ~ r.tab and k.column_name = r.was
        where k.table_schema in ('core', 'history')
    loop
        execute format('alter table %I.%I rename column %I to %I', c.table_schema, c.table_name, c.was, c.now);
    end loop;
end $$;
