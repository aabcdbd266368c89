-- What the portal may see and do.  Its login has no right to any table of the exchange: it selects from these views and
-- functions, which run as their owner and give the rows of one agency alone.  Which one, the setting `portal.agency` of the
-- transaction says; the portal sets it from the row of the session.  Without it there are no rows.
create or replace function portal.agency() returns text language sql stable as $f$
select nullif(current_setting('portal.agency', true), '')
$f$;
comment on function portal.agency() is 'The agency of the transaction 本事务所属单位';

drop view if exists portal.own_agency;
create view portal.own_agency with (security_barrier) as
select a.name_zh, a.name_en, a.language
from ledger.agency a
where a.agency = (select portal.agency());

drop view if exists portal.batch;
create view portal.batch with (security_barrier) as
select b.feed, b.batch_id, b.number, b.state, b.read, b.new, b.changed, b.unchanged, b.duplicate, b.quarantined, b.skipped,
       b.received_at, b.mapped_at, b.validated_at, b.loaded_at, b.acknowledged_at, b.duplicate_of, b.replay_of,
       b.last_fault is not null or b.waits_for is not null as is_delayed,
       d.file_name, d.sha256, d.bytes, s.operation, s.period, s.targets
from ledger.batch b
join ledger.delivery d using (agency, delivery_id)
left join ledger.submission s on s.agency = b.agency and s.submission_id = d.submission_id
where b.agency = (select portal.agency());

drop view if exists portal.receipt;
create view portal.receipt with (security_barrier) as
select r.batch_id, r.kind, r.name, r.body
from ledger.receipt r
where r.agency = (select portal.agency());

drop view if exists portal.quarantined_row;
create view portal.quarantined_row with (security_barrier) as
select q.batch_id, q.row, q.source_file, q.source_sheet, q.source_line, q.original, q.findings, q.state, q.closed_by
from quarantine.row q
where q.agency = (select portal.agency());

-- A function reads with the rights of who calls it; this one has its owner's, and gives one agency's periods.
drop function if exists portal.periods();
create function portal.periods()
returns table (feed text, first_day date, last_day date, due_at timestamptz, late_at timestamptz, state_code text, batches text[])
language sql stable security definer set search_path = pg_catalog as $f$
select p.feed, p.first_day, p.last_day, p.due_at, p.late_at, p.state_code, p.batches
from mart.feed_period p
where p.agency = portal.agency()
$f$;
comment on function portal.periods() is 'The periods in which the agency owes something 本单位应报送的周期';

-- How well the agency's feeds did in the last twelve months, beside other agencies that send the same record types.
-- Nobody must be recognised in a comparison: it is made of five other agencies or more, each of which counts once whatever
-- it sends, and is rounded.  The functions take no arguments, so that nothing can be learnt by asking for less.
drop function if exists portal.quality();
create function portal.quality()
returns table (feed text, record_type text, figure text, month date, own numeric, others numeric)
language sql stable security definer set search_path = pg_catalog as $f$
with since as materialized (
    select (date_trunc('month', now() at time zone 'Asia/Shanghai') - interval '11 months')::date as day
), sent as materialized (
    select s.agency, s.feed, t.record_type
    from ledger.source s cross join lateral unnest(string_to_array(s.record_type, ', ')) t (record_type)
), own_type as materialized (
    select distinct t.record_type from sent t where t.agency = portal.agency()
), figures as materialized (
    -- rows that were let in, by the month in which they came
    select t.record_type, t.agency, t.feed, 'accepted' as figure,
           date_trunc('month', b.received_at at time zone 'Asia/Shanghai')::date as month,
           1 - sum(b.quarantined) / sum(b.read - b.duplicate - b.skipped) as value
    from own_type o
    join sent t using (record_type)
    join ledger.batch b on (b.agency, b.feed) = (t.agency, t.feed)
    where b.received_at >= (select day from since)::timestamp at time zone 'Asia/Shanghai'
      and b.loaded_at is not null and b.replay_of is null and b.mode <> 'check'
    group by 1, 2, 3, 4, 5
    having sum(b.read - b.duplicate - b.skipped) > 0
    union all
    -- fields that are filled, by the month of what the records tell
    select c.record_type, c.agency, c.feed, 'filled', c.month, sum(c.filled) / sum(c.of_records)
    from own_type o
    join mart.completeness c using (record_type)
    where c.month >= (select day from since) and strpos(c.field, '.') = 0
    group by 1, 2, 3, 4, 5
    having sum(c.of_records) > 0
    union all
    -- hours from the event to the receipt, by the same month
    select m.record_type, m.agency, m.feed, 'hours', m.month, m.event_to_receipt_h
    from own_type o
    join mart.feed_month m using (record_type)
    where m.month >= (select day from since) and m.event_to_receipt_h is not null
), others as (
    select a.record_type, a.figure, a.month, percentile_cont(0.5) within group (order by a.value) as value
    from (select f.record_type, f.figure, f.month, f.agency, avg(f.value) as value
          from figures f where f.agency <> portal.agency() group by 1, 2, 3, 4) a
    group by 1, 2, 3
    having count(*) >= 5
)
select f.feed, f.record_type, f.figure, f.month, round(f.value, 4),
       round(o.value::numeric, case when f.figure = 'hours' then 0 else 2 end)
from figures f
left join others o using (record_type, figure, month)
where f.agency = portal.agency() and f.month <= (now() at time zone 'Asia/Shanghai')::date
$f$;
comment on function portal.quality() is
    'Share of rows let in and of fields filled, and hours to the receipt, by feed and month, with the median of five other agencies or more 本单位各来源逐月质量，及至少五个其他单位的中位数';

-- Who may see the agency's records.  A role of an agency names that agency; of single logins only their number is told.
drop function if exists portal.readers();
create function portal.readers()
returns table (reader text, other_agency text, name_zh text, name_en text, record_type text, purpose text, sensitivity_max text,
               valid_to date, logins bigint)
language sql stable security definer set search_path = pg_catalog as $f$
select case when g.subject = 'riskhub_analyst' then 'analysts' when r.agency is not null then 'agency' else 'logins' end,
       r.agency, a.name_zh, a.name_en, g.record_type, g.purpose, g.sensitivity_max, max(g.valid_to), count(distinct g.subject)
from access.grant g
cross join lateral (select substring(g.subject from '^riskhub_agency_(.+)$') as agency) r
left join ledger.agency a on a.agency = r.agency
where portal.agency() is not null and g.agency in (portal.agency(), '*') and r.agency is distinct from portal.agency()
  and (g.valid_from is null or g.valid_from <= (now() at time zone 'Asia/Shanghai')::date)
  and (g.valid_to is null or g.valid_to > (now() at time zone 'Asia/Shanghai')::date)
group by 1, 2, 3, 4, 5, 6, 7
$f$;
comment on function portal.readers() is 'Who may see the records of the agency now, and for what 当前可查阅本单位数据的对象及用途';

-- How often closed fields of the agency's records were opened.  Whoever did it stays with the hub's staff.
drop function if exists portal.openings();
create function portal.openings()
returns table (month date, record_type text, purpose text, openings bigint, records bigint)
language sql stable security definer set search_path = pg_catalog as $f$
select date_trunc('month', o.opened_at at time zone 'Asia/Shanghai')::date, o.record_type, o.purpose, count(*),
       count(distinct o.record_uid)
from access.opening o
where o.agency = portal.agency() and o.opened_at > now() - interval '24 months'
group by 1, 2, 3
$f$;
comment on function portal.openings() is 'Openings of closed fields of the agency''s records, by month and purpose 本单位数据受限字段的开放次数（按月份和用途）';

do $$
declare
    c record;
begin
    for c in
        select v.name, v.about, k.key, k.text
        from (values ('own_agency', 'The agency itself 本单位'),
                     ('batch', 'Submissions of the agency 本单位的报送批次'),
                     ('receipt', 'Receipts of the agency 本单位的回执'),
                     ('quarantined_row', 'Rows of the agency that were not let in, masked 本单位未入库的数据行（已遮蔽）')) v(name, about)
        join pg_attribute a on a.attrelid = ('portal.' || v.name)::regclass and a.attnum > 0 and not a.attisdropped
        cross join lateral (values (a.attname, coalesce(
            (select d.description
             from (values ('ledger.agency'), ('ledger.batch'), ('ledger.delivery'), ('ledger.submission'), ('ledger.receipt'), ('quarantine.row'))
                      t(place)
             join pg_attribute o on o.attrelid = t.place::regclass and o.attname = a.attname
             join pg_description d on d.objoid = o.attrelid and d.objsubid = o.attnum
             limit 1),
            'As in the ledger: ' || a.attname || ' 与台账同名字段一致'))) k(key, text)
    loop
        execute format('comment on view portal.%I is %L', c.name, c.about);
        execute format('comment on column portal.%I.%I is %L', c.name, c.key, c.text);
    end loop;
end $$;

revoke all on schema portal from public;
revoke all on all tables in schema portal from public, riskhub_portal;
revoke execute on all functions in schema portal from public;
grant usage on schema portal to riskhub_portal;
grant select on portal.own_agency, portal.batch, portal.receipt, portal.quarantined_row to riskhub_portal;
grant execute on function portal.agency(), portal.periods(), portal.quality(), portal.readers(), portal.openings() to riskhub_portal;
grant select, update (password, password_at) on portal.account to riskhub_portal;
grant select, delete on portal.one_time_link to riskhub_portal;
grant select, insert, delete, update (last_seen_at) on portal.session to riskhub_portal;
grant select, insert, delete on portal.failure to riskhub_portal;
