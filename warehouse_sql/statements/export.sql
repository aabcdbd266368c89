-- What analysts take home: tables of the warehouse as streams, under the rights of the login that asks.

-- name: copy_out
-- Streams the rows of a query as csv: null is nothing, an empty text is "", times have their offset.
copy (
{query}
) to stdout (format csv, encoding 'UTF8');

-- name: snapshot
-- Begins the transaction, whose statements all see one state; returns its time and the login that asks.
select now() as at, current_user as login;

-- name: writers
-- Returns the transactions of others that write records or the ledger now: their rows may come with an earlier time.
select l.virtualtransaction
from pg_locks l
join pg_class c on c.oid = l.relation
where l.locktype = 'relation' and l.granted and l.pid <> pg_backend_pid()
  and l.database = (select oid from pg_database where datname = current_database())
  and c.relnamespace in (select oid from pg_namespace where nspname in ('core', 'history', 'ledger'))
  and l.mode not in ('AccessShareLock', 'ShareUpdateExclusiveLock');

-- name: columns
-- Returns the columns of a table, view or materialised view in their order: type, comment, and whether the login may read
-- them.
select a.attname as name, format_type(a.atttypid, null) as type, col_description(a.attrelid, a.attnum) as comment,
       has_column_privilege(a.attrelid, a.attnum, 'select') as readable
from pg_attribute a
where a.attrelid = to_regclass(%(table)s) and a.attnum > 0 and not a.attisdropped
order by a.attnum;

-- name: marts
-- Returns the marts of which the login may read something: name, comment, columns, and whether a mart can be asked as of a
-- time.
select c.relname as mart, obj_description(c.oid, 'pg_class') as about,
       (select count(*) from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
       to_regprocedure(format('mart.%%I(timestamptz)', c.relname || '_as_of')) is not null as has_as_of
from pg_class c
where c.relnamespace = (select oid from pg_namespace where nspname = 'mart') and c.relkind in ('r', 'v', 'm', 'p')
  and has_any_column_privilege(c.oid, 'select')
order by c.relname collate "C";

-- name: records_as_of
-- Returns the day and the columns of every record that the hub had at a moment, by year.  It reads core and history
-- themselves: the functions history.T_as_of return whole rows, for which a login needs the right to every column.
select t.export_day, {columns}
from (
    select {day} as export_day, {record_columns} from {core} r where recorded_from <= {at}
    union all
    select {day} as export_day, {record_columns} from {history} r where recorded_from <= {at} and recorded_to > {at}
) t
order by extract(year from t.export_day), t.agency collate "C", t.record_uid

-- name: items_as_of
-- Returns the day of the record and the columns of every item that belongs to a version that the hub had at a moment.
select t.export_day, {columns}
from (
    select {day} as export_day, {item_columns}
    from {items} i join {core} r using (agency, record_uid)
    where r.recorded_from <= {at}
    union all
    select {day} as export_day, {item_columns}
    from {old_items} i join {history} r using (agency, record_uid, recorded_to)
    where r.recorded_from <= {at} and recorded_to > {at}
) t
order by extract(year from t.export_day), t.agency collate "C", t.record_uid, t.position

-- name: mart_rows
-- Returns the day and the columns of every row of a mart by year, in an order that depends on the rows only.
select {day} as export_day, {columns} from {mart} t order by extract(year from {day}), {order}

-- name: count_cells
-- Returns how much each pair of values of two columns of a mart counts, without pairs that count nothing.
select coalesce({row}::text, ''), coalesce({column}::text, ''), sum({summed}) as counted
from {mart} t
where {wanted}
group by 1, 2
having sum({summed}) > 0;

-- name: count_rows
-- Returns how many rows a query has.
select count(*) from ({query}) q;

-- name: labels
-- Returns the codes of some lists with their labels and their days in force, in order.
select list, code, label_zh, label_en, valid_from, valid_to
from code.entry
where list = any(%(lists)s)
order by list collate "C", code collate "C", valid_from nulls first;

-- name: codes_on
-- Returns the codes of a list that are in force on a day, or all of them.
select code, {label} as label, parent, valid_from, valid_to, replaced_by
from code.entry
where list = {list}
  and ({day}::date is null
       or ({day}::date >= coalesce(valid_from, '-infinity'::date) and {day}::date < coalesce(valid_to, 'infinity'::date)))
order by code collate "C", valid_from nulls first

-- name: mart_where
-- Returns the rows of a mart that fulfil a condition.
select {columns} from {mart} t where {condition}

-- name: record_tables
-- Returns the tables of core that hold records: those whose rows name the batch that brought them.
select c.relname as record_type
from pg_class c
where c.relnamespace = (select oid from pg_namespace where nspname = 'core') and c.relkind in ('r', 'p')
  and has_any_column_privilege(c.oid, 'select')
  and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'batch_id')
order by c.relname collate "C";

-- name: trace_record
-- Returns where the versions of a record of one type come from; `ended` is null for the one that holds now.
select {record_type} as record_type, v.agency, v.feed, v.record_uid, v.record_version, v.source_record_no,
       v.recorded_from, v.recorded_to, v.batch_id, d.file_name, d.sha256, v.source_file, v.source_sheet, v.source_line,
       b.mapping_version, b.standard_version, b.received_at
from (
    select agency, feed, record_uid, record_version, source_record_no, recorded_from, null::timestamptz as recorded_to,
           batch_id, source_file, source_sheet, source_line
    from {core}
    where agency in (select agency from ledger.agency) and record_uid = {uid}
    union all
    select agency, feed, record_uid, record_version, source_record_no, recorded_from, recorded_to,
           batch_id, source_file, source_sheet, source_line
    from {history}
    where agency in (select agency from ledger.agency) and record_uid = {uid}
) v
join ledger.batch b using (agency, batch_id)
join ledger.delivery d on d.agency = b.agency and d.delivery_id = b.delivery_id
