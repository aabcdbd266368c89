-- Of the records that have the key of a link (standards/links), how many have no partner in another feed.  A view, since a
-- partner may come long after: the indexes of the links answer it.  Ask for one agency and a few months.
drop view if exists mart.unlinked;
create view mart.unlinked with (security_invoker) as
with side as (
    select 'declaration_inspection' as link, 'port_inspection' as record_type, 'customs_declaration' as partner_type, t.agency,
           t.feed, t.event_date,
           exists (select from core.customs_declaration o
                   where o.declaration_no = t.declaration_no and o.country_code = t.country_code
                     and (o.agency, o.feed) <> (t.agency, t.feed)) as is_linked
    from core.port_inspection t
    where t.declaration_no is not null
    union all
    select 'declaration_inspection', 'customs_declaration', 'port_inspection', t.agency, t.feed, t.event_date,
           exists (select from core.port_inspection o
                   where o.declaration_no = t.declaration_no and o.country_code = t.country_code
                     and (o.agency, o.feed) <> (t.agency, t.feed))
    from core.customs_declaration t
    where t.declaration_no is not null
    union all
    select 'declaration_twice', 'customs_declaration', 'customs_declaration', t.agency, t.feed, t.event_date,
           exists (select from core.customs_declaration o
                   where o.declaration_no = t.declaration_no and o.country_code = t.country_code
                     and (o.agency, o.feed) <> (t.agency, t.feed))
    from core.customs_declaration t
    where t.declaration_no is not null
    union all
    select 'batch_inspection_sampling', 'port_inspection', 'market_sampling', t.agency, t.feed, t.event_date,
           exists (select from core.market_sampling_product o where o.gtin = p.gtin and o.batch_lot = p.batch_lot)
    from core.port_inspection t
    join core.port_inspection_product p using (agency, record_uid)
    where p.gtin is not null and p.batch_lot is not null
    union all
    select 'batch_inspection_sampling', 'market_sampling', 'port_inspection', t.agency, t.feed, t.event_date,
           exists (select from core.port_inspection_product o where o.gtin = p.gtin and o.batch_lot = p.batch_lot)
    from core.market_sampling t
    join core.market_sampling_product p using (agency, record_uid)
    where p.gtin is not null and p.batch_lot is not null
    union all
    select 'batch_sampling_recall', 'market_sampling', 'recall', t.agency, t.feed, t.event_date,
           exists (select from core.recall_product o where o.gtin = p.gtin and o.batch_lot = p.batch_lot)
    from core.market_sampling t
    join core.market_sampling_product p using (agency, record_uid)
    where p.gtin is not null and p.batch_lot is not null
    union all
    select 'batch_sampling_recall', 'recall', 'market_sampling', t.agency, t.feed, t.event_date,
           exists (select from core.market_sampling_product o where o.gtin = p.gtin and o.batch_lot = p.batch_lot)
    from core.recall t
    join core.recall_product p using (agency, record_uid)
    where p.gtin is not null and p.batch_lot is not null
)
select link, record_type, partner_type, agency, feed, date_trunc('month', event_date::timestamp)::date as month,
       count(*) as with_key, count(*) filter (where not is_linked) as unlinked,
       round(count(*) filter (where not is_linked)::numeric / count(*), 4) as unlinked_share
from side
group by 1, 2, 3, 4, 5, 6;
comment on view mart.unlinked is 'Records, or items, with the key of a link that no other feed has: by source and month 具备关联键但无对应记录的数量，按来源和月份';
comment on column mart.unlinked.link is 'Link; see standards/links 关联规则';
comment on column mart.unlinked.record_type is 'Record type 记录类型';
comment on column mart.unlinked.partner_type is 'Record type in which the same key was looked for 对应的记录类型';
comment on column mart.unlinked.agency is 'Agency 报送单位';
comment on column mart.unlinked.feed is 'Feed of the agency 报送专题';
comment on column mart.unlinked.month is 'First day of the month of the event; empty: without a day 事件月份（首日），空为无日期';
comment on column mart.unlinked.with_key is 'Records, or products, that have the key 具备关联键的数量';
comment on column mart.unlinked.unlinked is 'How many of them have no partner 无对应记录的数量';
comment on column mart.unlinked.unlinked_share is 'unlinked / with_key 未关联比例';
