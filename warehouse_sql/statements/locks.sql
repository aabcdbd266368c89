-- Locks: rows that only the hub may lock.

-- name: find_lock
-- Returns the lock if it was made.
select what from ledger.lock where what = %(what)s;

-- name: make_lock
-- Makes a lock known.
insert into ledger.lock (what) values (%(what)s) on conflict do nothing;

-- name: wait_for_lock
-- Waits until nobody else holds the lock, then holds it until the end of the transaction.
select what from ledger.lock where what = %(what)s for update;

-- name: try_lock
-- Returns the lock, held until the end of the transaction, or no row when another holds it.  For order only: unique
-- indexes hold the truth.
select what from ledger.lock where what = %(what)s for update skip locked;

-- name: try_batch_lock
-- Returns the delivery of a batch, locked, or no row when another process works on it.  The lock goes with the
-- transaction, so a process that dies releases it.  Nobody changes a delivery, so its row is free to stand for the
-- work on its batches, and foreign keys to it are not held up.
select d.delivery_id
from ledger.delivery d
join ledger.batch b using (agency, delivery_id)
where b.batch_id = %(batch_id)s
for no key update of d skip locked;

-- name: lock_holder
-- Returns who holds a lock: the transaction that is written on its row, and the session that runs it.
select a.pid, a.usename as role, a.application_name as program, a.xact_start as since
from ledger.lock w
join pg_locks l on l.locktype = 'transactionid' and l.granted and l.transactionid = w.xmax
join pg_stat_activity a on a.pid = l.pid
where w.what = %(what)s;

-- name: lock_waits
-- Returns who waits for whom in this database, since when and for what: sessions, roles, names of tables, no data.
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
