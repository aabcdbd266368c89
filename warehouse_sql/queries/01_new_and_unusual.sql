-- 1. New and unusual today
-- 1. 今天的新异常
-- What is new and unusual today in my county?
-- 本市县今天有哪些新的异常？
-- A count that chance gives once in a hundred, or a death: a hint, no finding. A day is complete only when sources_awaited is 0.
-- 偶然出现的概率低于百分之一，或有人死亡：只是线索，不是结论。sources_awaited 为 0 时当日数据才完整。
with asked as (select date '2026-10-05' as day, '460106' as region_code)
select s.record_type, c.label_en as category, h.label_en as hazard, s.window_days as days, s.observed, s.fatal,
       round(s.expected::numeric, 2) as expected, round(s.p_value::numeric, 5) as p, round(s.q_value::numeric, 5) as q,
       y.is_signal is not true as is_new, s.sources_awaited
from asked a
cross join lateral mart.signal_on(a.day) s
left join mart.signal_on((select day - 1 from asked)) y
       on y.record_type = s.record_type and y.region_code = s.region_code and y.window_days = s.window_days
      and y.product_category_code is not distinct from s.product_category_code
      and y.hazard_type_code is not distinct from s.hazard_type_code
left join code.entry c on c.list = 'product_category' and c.code = s.product_category_code and c.valid_to is null
left join code.entry h on h.list = 'hazard_type' and h.code = s.hazard_type_code and h.valid_to is null
where s.region_code = a.region_code and s.is_signal
order by is_new desc, s.p_value, s.record_type, category nulls first, hazard nulls first, days;
