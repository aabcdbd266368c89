-- May this login make others, and is the one of that name somebody else's?
select m.rolsuper or m.rolcreaterole as makes_roles,
       coalesce((select not pg_has_role(r.oid, a.oid, 'member')
                 from pg_roles r left join pg_roles a on a.rolname = 'riskhub_analyst'
                 where r.rolname = %(name)s), false) as is_theirs
from pg_roles m
where m.rolname = current_user;
