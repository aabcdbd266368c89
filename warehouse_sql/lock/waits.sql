-- Who waits for whom in this database, since when and for what: sessions, roles and names of tables, no data.
select w.pid, w.usename as role, w.application_name as program, min(l.waitstart) as since,
       coalesce(min(k.what), min(coalesce(l.relation, t.relation)::regclass::text), min(l.locktype)) as waits_for,
       b.pid as holder_pid, b.usename as holder_role, b.application_name as holder_program, b.xact_start as holder_since
from pg_stat_activity w
join pg_locks l on l.pid = w.pid and not l.granted
left join pg_locks t on t.pid = w.pid and t.locktype = 'tuple'
left join ledger.lock k
       on coalesce(l.relation, t.relation) = 'ledger.lock'::regclass
      and k.ctid = format('(%s,%s)', coalesce(l.page, t.page), coalesce(l.tuple, t.tuple))::tid
cross join lateral unnest(pg_blocking_pids(w.pid)) as held (pid)
join pg_stat_activity b on b.pid = held.pid
where w.datname = current_database()
group by w.pid, w.usename, w.application_name, b.pid, b.usename, b.application_name, b.xact_start
order by since, w.pid, holder_pid;
