-- What the login that asks may do here.
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
