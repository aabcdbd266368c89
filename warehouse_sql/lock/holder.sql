-- Who has locked a row: the transaction that is written on it, and the session that runs it.
select a.pid, a.usename as role, a.application_name as program, a.xact_start as since
from ledger.lock w
join pg_locks l on l.locktype = 'transactionid' and l.granted and l.transactionid = w.xmax
join pg_stat_activity a on a.pid = l.pid
where w.what = %(what)s;
