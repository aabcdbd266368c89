-- 1.5.0: an entry of a credit list may have no first day, and a penalty no number or no day of its decision.
do $$
declare
    c record;
begin
    for c in
        select k.table_schema, k.table_name, k.column_name
        from information_schema.columns k
        where k.table_schema in ('core', 'history') and k.is_nullable = 'NO'
          and (k.table_name, k.column_name) in
              (values ('credit_event', 'valid_from'), ('penalty', 'doc_no'), ('penalty', 'decided_date'))
    loop
        execute format('alter table %I.%I alter column %I drop not null', c.table_schema, c.table_name, c.column_name);
    end loop;
end $$;
