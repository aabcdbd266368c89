-- 22. Dangerous products
-- 22. 危险产品
-- Which kinds of product burn, hurt, fail tests and are recalled, in the eyes of how many agencies?
-- 哪些类别的产品涉及火灾、伤害、不合格与召回？涉及多少家单位？
-- Counts the first product of each event.
-- 只统计每个事件的首项产品。
select c.label_zh as category, c.label_en,
       count(*) filter (where e.record_type = 'fire_incident')       as fires,
       count(*) filter (where e.record_type = 'injury_case')         as injuries,
       count(*) filter (where e.record_type in ('port_inspection', 'market_sampling')) as failed,
       count(*) filter (where e.record_type in ('recall', 'overseas_notification'))    as recalled_or_notified,
       count(distinct e.agency) as agencies
from mart.risk_event e
join code.entry c on c.list = 'product_category' and c.code = e.product_category_code
group by 1, 2
order by agencies desc, count(*) desc, 1
limit 8;
