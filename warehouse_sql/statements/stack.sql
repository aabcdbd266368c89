-- The server of one machine: databases, logins and Airflow's own tables.

-- name: ping
-- Returns 1 when the server answers.
select 1;

-- name: role_exists
-- Returns 1 when the role exists.
select 1 from pg_catalog.pg_roles where rolname = %(name)s;

-- name: hash_quickly
-- Has the passwords that this transaction sets hashed once.  The 4,096 rounds that are usual protect what a person can remember;
-- these passwords are 24 random bytes and more, and every connection would pay for the rounds.  PostgreSQL 15 has no such setting.
select set_config(name, '1', true) from pg_catalog.pg_settings where name = 'scram_iterations';

-- name: create_role
-- Creates a login that has no right on any table yet.
create role {role} login password {password};

-- name: reset_login
-- Sets a login's password and resets whatever its user may have set for itself.
alter role {role} login password {password} nosuperuser nocreatedb nocreaterole noreplication;
alter role {role} reset all;

-- name: database_exists
-- Returns 1 when the database exists.
select 1 from pg_catalog.pg_database where datname = %(name)s;

-- name: create_database
-- Creates a database with its owner.
create database {database} owner {owner};

-- name: close_database
-- Lets nobody but the owner connect to a database.
revoke connect on database {database} from public;

-- name: close_server
-- Lets nobody connect by default: `migrate` opens the warehouse to its logins, the other databases are their owners'.
revoke connect, temporary on database postgres, template1, {warehouse} from public;

-- name: create_analyst_role
-- Creates the role that all analysts' logins belong to; nobody logs in as it.
do $$
begin
    create role riskhub_analyst nologin;
exception
    when duplicate_object or unique_violation then null;
end $$;

-- name: roles_read_as
-- Returns the roles of readers that a login is a member of.
select g.rolname
from pg_auth_members m
join pg_roles g on g.oid = m.roleid and (g.rolname = 'riskhub_analyst' or starts_with(g.rolname, 'riskhub_agency_'))
join pg_roles r on r.oid = m.member and r.rolname = %(name)s;

-- name: revoke_reader
-- Takes the rights of a role of readers from a login.
revoke {reader} from {role};

-- name: grant_reader
-- Makes a login a reader's.  What it may see, the role says: riskhub_analyst, or that of an agency.  The settings are
-- defaults that its user may change: what it cannot do rests on the rights that it lacks.
grant {reader} to {role};
alter role {role} connection limit 20;
alter role {role} set default_transaction_read_only = on;
alter role {role} set statement_timeout = {seconds};
alter role {role} set idle_in_transaction_session_timeout = {seconds};
alter role {role} set search_path = mart, core, history, code, ledger;

-- name: analyst_logins
-- Returns the logins that belong to riskhub_analyst or to an agency, with that agency and their sessions.
select r.rolname as login,
       case when g.rolname <> 'riskhub_analyst' then substr(g.rolname, length('riskhub_agency_') + 1) end as agency,
       (select count(*) from pg_stat_activity a where a.usesysid = r.oid) as sessions,
       (select min(a.backend_start) from pg_stat_activity a where a.usesysid = r.oid) as since
from pg_auth_members m
join pg_roles g on g.oid = m.roleid and (g.rolname = 'riskhub_analyst' or starts_with(g.rolname, 'riskhub_agency_'))
join pg_roles r on r.oid = m.member and r.rolcanlogin and not r.rolsuper
order by 1;

-- name: agency_roles
-- Returns the agencies that have a role, whose logins see what the agency sent and what others show it.
select substr(rolname, length('riskhub_agency_') + 1)
from pg_roles
where starts_with(rolname, 'riskhub_agency_') and not rolcanlogin
order by 1;

-- name: may_make_login
-- Returns whether this login may make others, and whether the one of that name is somebody else's.
select m.rolsuper or m.rolcreaterole as makes_roles,
       coalesce((select not pg_has_role(r.oid, a.oid, 'member')
                 from pg_roles r left join pg_roles a on a.rolname = 'riskhub_analyst'
                 where r.rolname = %(name)s), false) as is_theirs
from pg_roles m
where m.rolname = current_user;

-- name: disable_login
-- Lets a login connect no more.
alter role {role} nologin;

-- name: end_sessions
-- Ends the sessions of a login; returns how many.
select count(pg_terminate_backend(pid, 5000)) from pg_stat_activity where usename = %(name)s;

-- name: drop_login
-- Drops a login.
drop role {role};

-- name: login_facts
-- Returns what the login that asks may do here.
select session_user as login,
       (select rolsuper from pg_roles where rolname = session_user) as is_superuser,
       pg_has_role(session_user, (select relowner from pg_class where oid = to_regclass('ledger.batch')), 'usage')
           as owns_tables,
       has_table_privilege(to_regclass('ledger.batch'), 'update') as writes,
       has_schema_privilege('quarantine', 'usage') as sees_quarantine,
       has_database_privilege(current_database(), 'temporary') as makes_temporary,
       exists (select from pg_database
               where datname <> current_database() and datallowconn and has_database_privilege('public', datname, 'connect'))
           as other_databases;

-- name: heartbeats
-- Returns, per kind of Airflow component that counts as running, the seconds since its last heartbeat.
select job_type, extract(epoch from clock_timestamp() - max(latest_heartbeat))::double precision
  from public.job
 where state = 'running' and latest_heartbeat is not null
 group by job_type;

-- name: end_dead_jobs
-- Ends Airflow's jobs that still count as running.  Run while no component of this hub lives: they were killed.  The
-- scheduler resets the tasks of a job that has ended when it starts; those of one that seems to run, it leaves alone
-- for minutes.
update public.job
   set state = 'failed', end_date = now()
 where state = 'running';

-- name: create_fetch_pool
-- Creates the pool of fetches once: who has given it other slots or another description keeps them.
insert into public.slot_pool (pool, slots, description, include_deferred)
values (%(pool)s, %(slots)s, 'Asking partners'' servers: what hangs there holds no other task up', false)
on conflict (pool) do nothing;

-- name: fetch_slots
-- Returns the slots of the pool.
select slots from public.slot_pool where pool = %(pool)s;

-- name: has_airflow_tables
-- Returns whether Airflow's tables were made.
select to_regclass('public.alembic_version') is not null;

-- name: airflow_schema_version
-- Returns the version of Airflow's tables.
select version_num from public.alembic_version;
