-- The logins that belong to riskhub_analyst.
select r.rolname as login,
       (select count(*) from pg_stat_activity a where a.usesysid = r.oid) as sessions,
       (select min(a.backend_start) from pg_stat_activity a where a.usesysid = r.oid) as since
from pg_auth_members m
join pg_roles g on g.oid = m.roleid and g.rolname = 'riskhub_analyst'
join pg_roles r on r.oid = m.member and r.rolcanlogin and not r.rolsuper
order by 1;
