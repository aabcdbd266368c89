-- 22. Dangerous products
-- 22. 危险产品
-- Which kinds of product burn, hurt, fail tests and are recalled, in the eyes of how many agencies?
-- 哪些类别的产品涉及火灾、伤害、不合格与召回？涉及多少家单位？
-- Counts the first product of each event.
-- 只统计每个事件的首项产品。
select c.label_zh as category, c.label_en,
       coalesce(sum(y.events) filter (where y.record_type = 'fire_incident'), 0)       as fires,
       coalesce(sum(y.events) filter (where y.record_type = 'injury_case'), 0)         as injuries,
       coalesce(sum(y.events) filter (where y.record_type in ('port_inspection', 'market_sampling')), 0) as failed,
       coalesce(sum(y.events) filter (where y.record_type in ('recall', 'overseas_notification')), 0)    as recalled_or_notified,
       count(distinct y.agency) as agencies
from mart.product_year y
join code.entry c on c.list = 'product_category' and c.code = y.product_category_code
where y.events > 0
group by 1, 2
order by agencies desc, sum(y.events) desc, 1
limit 8;
