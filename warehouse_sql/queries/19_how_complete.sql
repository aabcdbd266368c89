-- 19. How complete the data are
-- 19. 数据是否完整
-- Per source: when did it last deliver, how much was quarantined, and how many records name no product, or no place?
-- 各来源最近一次报送是何时？多少行被隔离？多少记录没有写明产品或地点？
-- A source that has never sent anything is listed too. mart.feed_health says which are late, mart.completeness more fields.
-- 从未报送的来源也列出。是否逾期见 mart.feed_health，其他字段见 mart.completeness。
with delivered as (
    select agency, feed, sum(read) as read, sum(quarantined) as quarantined
    from ledger.batch where state <> 'duplicate' and replay_of is null group by 1, 2
),
filled as (
    select agency, feed, sum(filled) filter (where field = 'product') as with_product,
           sum(of_records) filter (where field = 'product') as product_asked,
           sum(filled) filter (where field = 'region_code') as with_region,
           sum(of_records) filter (where field = 'region_code') as region_asked
    from mart.completeness group by 1, 2
)
select h.agency || '/' || h.feed as source, (h.newest_received_at at time zone 'Asia/Shanghai')::date as last_delivery,
       h.held_count as held, d.read, round(100 * d.quarantined / nullif(d.read, 0), 1) as percent_quarantined,
       h.newest_event_date as newest_event, round(100 * (1 - f.with_product / nullif(f.product_asked, 0)), 1) as percent_without_product,
       round(100 * (1 - f.with_region / nullif(f.region_asked, 0)), 1) as percent_without_region
from mart.feed_health h
left join delivered d using (agency, feed)
left join filled f using (agency, feed)
order by h.newest_received_at nulls first, 1;
