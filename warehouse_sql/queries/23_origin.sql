-- 23. Where goods come from
-- 23. 商品来自哪里
-- Goods from which countries are declared, fail at the port, are notified abroad and recalled?
-- 哪些国家的商品既有进口申报，又被口岸检出、境外通报或召回？
-- Counts the first product of each event.
-- 只统计每个事件的首项产品。
select c.label_zh as origin, c.label_en,
       coalesce(sum(y.activities) filter (where y.record_type = 'customs_declaration'), 0) as declared,
       coalesce(sum(y.activities) filter (where y.record_type = 'port_inspection'), 0)     as inspected,
       coalesce(sum(y.failed) filter (where y.record_type = 'port_inspection'), 0)         as failed,
       coalesce(sum(y.events) filter (where y.record_type = 'overseas_notification'), 0)   as notified_abroad,
       coalesce(sum(y.events) filter (where y.record_type = 'recall'), 0)                  as recalled
from mart.product_year y
join code.entry c on c.list = 'country' and c.code = y.product_origin_country_code
where y.record_type in ('customs_declaration', 'port_inspection') and y.activities > 0
   or y.record_type in ('overseas_notification', 'recall') and y.events > 0
group by 1, 2
having count(distinct y.record_type) > 1
order by count(distinct y.record_type) desc,
         sum(case when y.record_type in ('customs_declaration', 'port_inspection') then y.activities else y.events end) desc, 1
limit 8;
