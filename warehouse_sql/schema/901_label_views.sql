-- Analysts, and agencies where they have a role, read the label views, within the rights that they have on core.
do $$
declare
    reader text;
begin
    for reader in select rolname from pg_roles where rolname in ('riskhub_analyst', 'riskhub_agency') loop
        execute format('grant usage on schema core_zh, core_en to %I', reader);
        execute format('grant select on all tables in schema core_zh, core_en to %I', reader);
    end loop;
end $$;
