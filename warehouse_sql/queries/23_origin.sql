-- 23. Where goods come from
-- 23. 商品来自哪里
-- Goods from which countries are declared, fail at the port, are notified abroad and recalled?
-- 哪些国家的商品既有进口申报，又被口岸检出、境外通报或召回？
-- Counts the first product of each event.
-- 只统计每个事件的首项产品。
select c.label_zh as origin, c.label_en,
       count(*) filter (where e.record_type = 'customs_declaration')   as declared,
       count(*) filter (where e.record_type = 'port_inspection')       as inspected,
       count(*) filter (where e.record_type = 'port_inspection' and e.is_adverse) as failed,
       count(*) filter (where e.record_type = 'overseas_notification') as notified_abroad,
       count(*) filter (where e.record_type = 'recall')                as recalled
from (select record_type, is_adverse, product_origin_country_code from mart.activity
      where record_type in ('customs_declaration', 'port_inspection')
      union all
      select record_type, is_adverse, product_origin_country_code from mart.risk_event
      where record_type in ('overseas_notification', 'recall')) e
join code.entry c on c.list = 'country' and c.code = e.product_origin_country_code
group by 1, 2
having count(distinct e.record_type) > 1
order by count(distinct e.record_type) desc, count(*) desc, 1
limit 8;
