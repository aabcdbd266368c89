-- Roles without login; whoever runs the hub grants them to people and gives those a login.
do $$
begin
    if not exists (select from pg_roles where rolname = 'riskhub_analyst') then
        create role riskhub_analyst nologin;
    end if;
    if not exists (select from pg_roles where rolname = 'riskhub_loader') then
        create role riskhub_loader nologin;
    end if;
exception
    when insufficient_privilege then
        raise notice 'roles riskhub_analyst and riskhub_loader must be made by an administrator';
        return;
end $$;

-- Analysts read what was let in, and how it came; rows in quarantine and receipts are between agency and hub.
grant usage on schema mart, core, history, code, ledger to riskhub_analyst;
grant select on all tables in schema mart, core, history, code to riskhub_analyst;
grant select on ledger.agency, ledger.source, ledger.batch, ledger.delivery, ledger.link, ledger.conflict to riskhub_analyst;

-- The loader writes rows but owns nothing: it cannot change a table, a constraint or a right.
grant usage on schema ledger, code, core, history, quarantine, mart to riskhub_loader;
grant select, insert, update, delete on all tables in schema ledger, core, history, quarantine to riskhub_loader;
grant select on all tables in schema code, mart to riskhub_loader;
