-- The marts of quality that are tables: mart.feed_month, mart.region_month, mart.completeness and mart.exposure.
--
-- `mart.refresh_quality(batches)` makes the cells of every source and month anew that the batches touched: months of the
-- records that they brought, and months of the versions that they replaced or ended.  Null: everything.  It reads the
-- columns of core from the catalogue, so a new record type or field is in without any change here.  It runs with the
-- rights of its caller, after the load and never inside it; doing it again changes nothing.
--
-- A finding says of which batch it is, and not of which record.  So the flaws of a month are those of the batches that
-- brought its records, and read_rows are the rows of these batches.
drop function if exists mart.refresh_quality(text[]);
create function mart.refresh_quality(batches text[] default null) returns bigint language plpgsql as $f$
declare
    hub_columns constant text[] := array['agency', 'feed', 'record_uid', 'record_version', 'position', 'batch_id', 'source_file',
                                         'source_sheet', 'source_line', 'row_hash', 'received_at', 'recorded_from'];
    kind record;      -- a record type: its day, moments and columns
    list record;      -- one of its lists
    cells text;       -- the cells that are made anew, as a query that gives agency, feed and month
    moments timestamptz[];  -- when the batches changed core
    agencies text[];
    feeds text[];
    months date[];
    records text;     -- the records of these cells, as a query
    has_items boolean;
    done bigint := 0;
begin
    if batches is null then
        delete from mart.completeness;
        delete from mart.region_month;
        delete from mart.feed_month;
        delete from mart.exposure;
    end if;
    select array_agg(distinct b.loaded_at) into moments from ledger.batch b where b.batch_id = any (batches) and b.loaded_at is not null;
    for kind in
        select c.relname as name,
               case when bool_or(a.attname = 'event_date') then
                   'coalesce(t.event_date, (t.event_at at time zone ''Asia/Shanghai'')::date)' else 't.valid_from' end as day,
               case when bool_or(a.attname = 'event_date') then 't.event_at'
                    else '(t.valid_from::timestamp at time zone ''Asia/Shanghai'')' end as moment,
               case when bool_or(a.attname = 'event_date') then 'event_date' else 'valid_from' end as day_column,
               case when bool_or(a.attname = 'reported_at') then 't.reported_at' else 'null::timestamptz' end as reported,
               case when bool_or(a.attname = 'region_code') then 't.region_code' else 'null::text' end as region,
               array_agg(a.attname::text order by a.attnum) filter (where a.attname <> all (hub_columns)) as fields
        from pg_class c
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where c.relnamespace = 'core'::regnamespace and c.relkind = 'r'
        group by c.oid, c.relname
        having bool_or(a.attname = 'recorded_from')
           and (batches is null or exists (
               select from ledger.batch b join ledger.source s using (agency, feed)
               where b.batch_id = any (batches) and c.relname = any (string_to_array(s.record_type, ', '))))
    loop
        cells := format('select distinct t.agency, t.feed, date_trunc(''month'', %s)::date as month from core.%I t',
                        kind.day, kind.name);
        if batches is not null then
            -- A withdrawal gives an earlier version back, which keeps its batch: what counts is when core changed.
            -- The bounds are for the block range indexes.
            cells := format(
                '%1$s where t.recorded_from = any ($1) and t.recorded_from between %4$L and %5$L
                 union
                 select distinct t.agency, t.feed, date_trunc(''month'', %2$s)::date
                 from history.%3$I t where t.recorded_to = any ($1) and t.recorded_to between %4$L and %5$L',
                cells, kind.day, kind.name,
                (select min(m) from unnest(moments) m), (select max(m) from unnest(moments) m));
        end if;
        execute format('select array_agg(agency), array_agg(feed), array_agg(month) from (%s) touched', cells)
            into agencies, feeds, months using moments;
        continue when agencies is null;
        done := done + cardinality(agencies);
        delete from mart.feed_month m using unnest(agencies, feeds, months) as c (agency, feed, month)
        where m.record_type = kind.name and (m.agency, m.feed) = (c.agency, c.feed) and m.month is not distinct from c.month;
        delete from mart.region_month m using unnest(agencies, feeds, months) as c (agency, feed, month)
        where m.record_type = kind.name and (m.agency, m.feed) = (c.agency, c.feed) and m.month is not distinct from c.month;
        delete from mart.completeness m using unnest(agencies, feeds, months) as c (agency, feed, month)
        where m.record_type = kind.name and (m.agency, m.feed) = (c.agency, c.feed) and m.month is not distinct from c.month;

        -- The day of all cells together bounds what is read; records without a day are read only where one is touched.  Which
        -- records these are is written down and counted, so that what follows is planned for as many.
        create temporary table if not exists quality_record (agency text, feed text, month date, record_uid uuid) on commit drop;
        execute 'truncate pg_temp.quality_record';
        execute format(
            'insert into pg_temp.quality_record (agency, feed, month, record_uid)
             select t.agency, t.feed, c.month, t.record_uid from core.%1$I t
             join unnest($1, $2, $3) as c (agency, feed, month)
               on c.agency = t.agency and c.feed = t.feed
              and coalesce(c.month, ''-infinity'') = coalesce(date_trunc(''month'', %2$s)::date, ''-infinity'')
             where %3$s', kind.name, kind.day,
            case when batches is null then 'true'
                 else format('(t.%1$I between %2$L and %3$L or t.%1$I is null)', kind.day_column,
                             (select min(m) from unnest(months) m),
                             (select max(m) + interval '1 month' from unnest(months) m)::date) end)
            using agencies, feeds, months;
        execute 'analyze pg_temp.quality_record';
        records := format('select q.month, t.* from pg_temp.quality_record q join core.%1$I t using (agency, record_uid)', kind.name);
        execute format(
            'insert into mart.feed_month (record_type, agency, feed, month, records, read_rows, newest_event_at, newest_event_date,
                                          newest_reported_at, newest_received_at, newest_loaded_at, event_to_report_h,
                                          report_to_receipt_h, event_to_receipt_h, receipt_to_load_h, batches)
             select %1$L, s.agency, s.feed, s.month, s.records,
                    (select coalesce(sum(b.read - b.duplicate - b.skipped), 0) from ledger.batch b
                     where b.agency = s.agency and b.batch_id = any (s.batches)),
                    s.newest_event_at, s.newest_event_date, s.newest_reported_at, s.newest_received_at, s.newest_loaded_at,
                    round(s.lag_1::numeric / 3600, 1), round(s.lag_2::numeric / 3600, 1), round(s.lag_3::numeric / 3600, 1),
                    round(s.lag_4::numeric / 3600, 2), s.batches
             from (select t.agency, t.feed, t.month, count(*) as records, max(%2$s) as newest_event_at,
                          max(%3$s) as newest_event_date, max(%4$s) as newest_reported_at,
                          max(t.received_at) as newest_received_at, max(t.recorded_from) as newest_loaded_at,
                          percentile_cont(0.5) within group (order by extract(epoch from %4$s - %2$s)) as lag_1,
                          percentile_cont(0.5) within group (order by extract(epoch from t.received_at - %4$s)) as lag_2,
                          percentile_cont(0.5) within group (order by extract(epoch from t.received_at - %2$s)) as lag_3,
                          percentile_cont(0.5) within group (order by extract(epoch from t.recorded_from - t.received_at)) as lag_4,
                          array_agg(distinct t.batch_id order by t.batch_id) as batches
                   from (%5$s) t group by 1, 2, 3) s', kind.name, kind.moment, kind.day, kind.reported, records);
        execute format(
            'insert into mart.region_month (record_type, agency, feed, month, region_code, records)
             select %1$L, t.agency, t.feed, t.month, %2$s, count(*) from (%3$s) t group by 2, 3, 4, 5',
            kind.name, kind.region, records);

        -- Fields of the record, then of each list; a list by itself says how many records have any item of it.
        execute format(
            'insert into mart.completeness (record_type, agency, feed, month, field, of_records, filled, read_rows, quarantined, repaired)
             select %1$L, s.agency, s.feed, s.month, f.field, s.n, f.filled, m.read_rows, 0, 0
             from (select t.agency, t.feed, t.month, count(*) as n, %2$s from (%3$s) t group by 1, 2, 3) s
             join mart.feed_month m on m.record_type = %1$L and m.agency = s.agency and m.feed = s.feed
                                   and m.month is not distinct from s.month
             cross join lateral (values %4$s) f (field, filled)',
            kind.name,
            (select string_agg(format('count(t.%1$I) as %1$I', f), ', ') from unnest(kind.fields) f),
            records,
            (select string_agg(format('(%1$L, s.%1$I)', f), ', ') from unnest(kind.fields) f));
        for list in
            select c.relname as name, substr(c.relname, length(kind.name) + 2) as key,
                   array_agg(a.attname::text order by a.attnum) as fields
            from pg_class c
            join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                               and a.attname <> all (hub_columns)
            where c.relnamespace = 'core'::regnamespace and c.relkind = 'r' and starts_with(c.relname, kind.name || '_')
              and not exists (select from pg_attribute r where r.attrelid = c.oid and r.attname = 'recorded_from')
            group by c.relname
        loop
            execute format('select exists (select from core.%I)', list.name) into has_items;
            execute format(  -- a list that nobody has filled is not looked for in every record
                'with item as (
                     select q.agency, q.feed, q.month, count(*) as items, count(distinct q.record_uid) as having, %4$s
                     from pg_temp.quality_record q join core.%5$I i using (agency, record_uid) where %3$L group by 1, 2, 3
                 ), cell as (
                     select m.agency, m.feed, m.month, m.records, m.read_rows, coalesce(i.items, 0) as items, coalesce(i.having, 0) as having, %6$s
                     from mart.feed_month m
                     join unnest($1, $2, $3) as c (agency, feed, month)
                       on c.agency = m.agency and c.feed = m.feed and c.month is not distinct from m.month
                     left join item i on i.agency = m.agency and i.feed = m.feed and i.month is not distinct from m.month
                     where m.record_type = %1$L
                 )
                 insert into mart.completeness (record_type, agency, feed, month, field, of_records, filled, read_rows, quarantined, repaired)
                 select %1$L, s.agency, s.feed, s.month, f.field, f.n, f.filled, s.read_rows, 0, 0
                 from cell s cross join lateral (values (%2$L, s.records, s.having), %7$s) f (field, n, filled)
                 where f.n > 0',
                kind.name, list.key, has_items,
                (select string_agg(format('count(i.%1$I) as %2$I', f, 'of_' || f), ', ') from unnest(list.fields) f),
                list.name,
                (select string_agg(format('coalesce(i.%1$I, 0) as %1$I', 'of_' || f), ', ') from unnest(list.fields) f),
                (select string_agg(format('(%L, s.items, s.%I)', list.key || '.' || f, 'of_' || f), ', ')
                 from unnest(list.fields) f)) using agencies, feeds, months;
        end loop;

        -- A finding names a path with positions (product.0.unit.code); here a field is its list, a point and its column.
        update mart.completeness m
        set quarantined = coalesce(f.quarantined, 0), repaired = coalesce(f.repaired, 0)
        from (
            select c.agency, c.feed, c.month, replace(regexp_replace(f.field, '[.][0-9]+', '', 'g'), '.', '_') as path,
                   sum(f.count) filter (where f.level = 'error') as quarantined,
                   sum(f.count) filter (where f.level = 'repair') as repaired
            from mart.feed_month c
            join unnest(agencies, feeds, months) as k (agency, feed, month)
              on k.agency = c.agency and k.feed = c.feed and k.month is not distinct from c.month
            join ledger.finding f on f.agency = c.agency and f.batch_id = any (c.batches)
            where c.record_type = kind.name and f.level in ('error', 'repair')
            group by 1, 2, 3, 4
        ) f
        where m.record_type = kind.name and m.agency = f.agency and m.feed = f.feed and m.month is not distinct from f.month
          and replace(m.field, '.', '_') = f.path;
        if kind.name = 'customs_declaration' then
            perform mart.refresh_exposure(agencies, feeds, months);
        end if;
    end loop;
    return done;
end $f$;
comment on function mart.refresh_quality(text[]) is 'Brings the marts of quality up to date after these batches; null: all of them. Returns how many sources and months were made anew 按批次增量刷新质量类数据集；参数为空则全部重建';
