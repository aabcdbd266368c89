-- Who may do what in this database; everything that is not granted here is taken from everybody.  Runs at every
-- migration, after all that it speaks of has been made.  riskhub_loader is the login of the hub, or a role that is granted
-- to it; riskhub_analyst is granted to analysts' logins; riskhub_portal is the login of the portal (902).
do $$
begin
    if not exists (select from pg_roles where rolname = 'riskhub_analyst') then
        create role riskhub_analyst nologin;
    end if;
    if not exists (select from pg_roles where rolname = 'riskhub_loader') then
        create role riskhub_loader nologin;
    end if;
    if not exists (select from pg_roles where rolname = 'riskhub_agency') then
        create role riskhub_agency nologin;
    end if;
    if not exists (select from pg_roles where rolname = 'riskhub_portal') then
        create role riskhub_portal nologin;
    end if;
exception
    when duplicate_object or unique_violation then null; -- another database of this server is being migrated too
end $$;

-- COPY takes nothing into a table whose row security binds the login (docs/decisions/0026), so the loader is exempt from it
-- by attribute where the owner may say so; elsewhere its policies let everything through, and rows land in a temporary table.
do $$
begin
    if not (select rolbypassrls from pg_roles where rolname = 'riskhub_loader') then
        alter role riskhub_loader bypassrls;
    end if;
exception
    when insufficient_privilege then null;
end $$;

-- One role for each agency, whose members see what the agency has sent and what others show it.
do $$
declare
    agency_role text;
begin
    for agency_role in select distinct subject from access.grant where origin in ('register', 'agreement') order by 1 loop
        begin
            if not exists (select from pg_roles where rolname = agency_role) then
                execute format('create role %I nologin in role riskhub_agency', agency_role);
            end if;
        exception
            when duplicate_object or unique_violation then null; -- made by another process
        end;
    end loop;
end $$;

revoke all on schema public from public;

-- What PostgreSQL lets everybody do, and no analyst needs: hold locks that are not about rows, keep large objects, write
-- into the log of changes, run blocks of code.  Where the owner is no superuser the server keeps these grants and warns;
-- nothing of the hub depends on such locks.
do $$
declare
    f regprocedure;
begin
    for f in select p.oid::regprocedure
             from pg_proc p
             where p.pronamespace = 'pg_catalog'::regnamespace
               and (p.proname ~ '^pg_(try_)?advisory_' or p.proname ~ '^lo_' or p.proname in ('loread', 'lowrite')
                    or p.proname in ('pg_logical_emit_message', 'pg_notify'))
    loop
        execute format('revoke execute on function %s from public', f);
    end loop;
end $$;
revoke usage on language plpgsql from public;

-- No function of ours is anybody's by default.
revoke execute on all functions in schema ledger, code, core, history, quarantine, mart, access from public;

-- Analysts read what was let in, and how it came; rows in quarantine and receipts are between agency and hub.
-- Agencies read the same tables.  Which rows and which columns of core and history, 950 says.
grant usage on schema mart, core, history, code, ledger, access to riskhub_analyst, riskhub_agency;
grant select on all tables in schema mart, code to riskhub_analyst, riskhub_agency;
grant select on ledger.agency, ledger.source, ledger.batch, ledger.delivery, ledger.link, ledger.conflict
    to riskhub_analyst, riskhub_agency;
-- The views of quality judge by these: when something is due, when the hub looked, which period a submission is about.
grant select on ledger.source_terms, ledger.due_period, ledger.poll_window to riskhub_analyst, riskhub_agency;
grant select (agency, submission_id, operation, period_from, period_to) on ledger.submission to riskhub_analyst, riskhub_agency;
grant execute on function mart.feed_period_at(timestamptz, timestamptz), mart.wilson(double precision, double precision),
    mart.byar(double precision), mart.cny(numeric, text, date), mart.signal_on(date),
    mart.nb_tail(double precision, double precision, bigint) to riskhub_analyst, riskhub_agency, riskhub_loader;
grant select on access.record_type, access.field, access.grant, access.visible, access.opening, access.use
    to riskhub_analyst, riskhub_agency;
grant execute on function access.open(text, text, text, text, text), access.opened(bigint) to riskhub_analyst, riskhub_agency;
grant execute on all functions in schema history to riskhub_analyst, riskhub_agency;
grant execute on function mart.risk_event_as_of(timestamptz), mart.activity_as_of(timestamptz), mart.event_product_as_of(timestamptz),
    mart.event_hazard_as_of(timestamptz), mart.event_party_as_of(timestamptz) to riskhub_analyst, riskhub_agency, riskhub_loader;

-- The loader writes rows but owns nothing: it cannot change a table, a constraint or a right, and of what was written
-- down once (history, the ledger) it removes nothing.
grant usage on schema ledger, code, core, history, quarantine, mart, access to riskhub_loader;
revoke all on all tables in schema ledger, code, core, history, quarantine, mart from riskhub_loader;
grant select on all tables in schema ledger, code, core, history, quarantine, mart, access to riskhub_loader;
grant insert, update on all tables in schema ledger, quarantine to riskhub_loader;
grant insert, update, delete on all tables in schema core to riskhub_loader;
grant insert on all tables in schema history to riskhub_loader;
revoke update on ledger.audit, ledger.finding, ledger.submission from riskhub_loader;
revoke insert, update on ledger.migration, ledger.link from riskhub_loader;
grant usage on all sequences in schema ledger to riskhub_loader;
grant execute on all functions in schema history to riskhub_loader;
-- What is kept up after a load.
grant insert, update, delete on mart.feed_month, mart.region_month, mart.completeness, mart.exposure to riskhub_loader;
grant execute on function mart.refresh_quality(text[]), mart.refresh_exposure(text[], text[], date[]) to riskhub_loader;
grant insert, delete on mart.risk_event, mart.activity, mart.event_product, mart.event_hazard, mart.event_party, mart.party_key,
    mart.product_key, mart.product_word to riskhub_loader;
grant insert, update, delete on mart.region_day, mart.category_day, mart.pair_day, mart.product_year to riskhub_loader;
grant insert on mart.applied_batch to riskhub_loader;
grant update on mart.built to riskhub_loader;
