-- 16. Feeds that contradict each other
-- 16. 相互矛盾的来源
-- Which feeds say different things about the same goods, and since when?
-- 哪些来源对同一货物说法不同？始于何时？
-- Compares what standards/links declares: declarations with inspections, lots with samplings and recalls.
-- 按 standards/links 的声明比对：报关与查验、批次与抽检及召回。
select link_zh, link_en, rule, left_agency || '/' || left_feed as one, right_agency || '/' || right_feed as other,
       count(*) filter (where is_open) as open, count(*) filter (where not is_open) as settled,
       (min(opened_at) filter (where is_open) at time zone 'Asia/Shanghai')::date as open_since
from mart.conflict
group by 1, 2, 3, 4, 5
order by open desc, link_en, rule, one, other;
