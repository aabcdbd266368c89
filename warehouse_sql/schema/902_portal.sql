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
grant execute on function portal.agency(), portal.periods() to riskhub_portal;
grant select, update (password, password_at) on portal.account to riskhub_portal;
grant select, delete on portal.one_time_link to riskhub_portal;
grant select, insert, delete, update (last_seen_at) on portal.session to riskhub_portal;
grant select, insert, delete on portal.failure to riskhub_portal;
