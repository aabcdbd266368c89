-- 19. How complete the data are
-- 19. 数据是否完整
-- Per source: how old is the newest delivery, how much is quarantined, and how many records name no product?
-- 各来源最近一次报送是何时？多少行被隔离？多少记录没有写明产品？
-- A source that has never sent anything is listed too, with empty figures.
-- 从未报送的来源也列出，数值为空。
with delivered as (
    select agency, feed, max(received_at) as last_at, count(*) filter (where state = 'held') as held, sum(read) as read,
           sum(quarantined) as quarantined
    from ledger.batch where state <> 'duplicate' and replay_of is null group by 1, 2
),
known as (  -- a failed test is in both marts, and counts once
    select agency, feed, record_uid, event_date, event_at, product_name, product_brand, product_category_code, product_hs_code, region_code
    from mart.risk_event
    union
    select agency, feed, record_uid, event_date, event_at, product_name, product_brand, product_category_code, product_hs_code, region_code
    from mart.activity
),
event as (
    select agency, feed, count(*) as records, max(coalesce(event_date, event_at::date)) as newest,
           count(*) filter (where product_name is null and product_brand is null and product_category_code is null and product_hs_code is null)
               as without_product,
           count(*) filter (where region_code is null) as without_region
    from known group by 1, 2
)
select s.agency || '/' || s.feed as source, (d.last_at at time zone 'Asia/Shanghai')::date as last_delivery, d.held, d.read,
       round(100.0 * d.quarantined / nullif(d.read, 0), 1) as percent_quarantined, e.newest as newest_event,
       round(100.0 * e.without_product / nullif(e.records, 0), 1) as percent_without_product,
       round(100.0 * e.without_region / nullif(e.records, 0), 1) as percent_without_region
from ledger.source s
left join delivered d using (agency, feed)
left join event e using (agency, feed)
order by d.last_at nulls first, 1;
