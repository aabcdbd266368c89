-- 9. What injures and is not tested
-- 9. 致伤而未抽检
-- Which product categories injure people and are never, or seldom, among the samples?
-- 哪些产品类别造成伤害，却从未或很少被抽检？
-- Counts all products of an injury, not only the first. Shares are of the records that name a category.
-- 统计伤害中的全部产品，不只首项。占比以写明类别的记录为分母。
with injured as (
    select category_code, sum(records) as injuries from mart.category_day where record_type = 'injury_case' group by 1
),
sampled as (
    select category_code, sum(records) as samples from mart.category_day where record_type = 'market_sampling' group by 1
)
select c.label_zh as category, c.label_en, i.injuries, coalesce(s.samples, 0) as samples,
       round(100.0 * i.injuries / sum(i.injuries) over (), 1) as percent_of_injuries,
       round(100.0 * coalesce(s.samples, 0) / nullif((select sum(samples) from sampled), 0), 1) as percent_of_samples
from injured i
left join sampled s using (category_code)
left join code.entry c on c.list = 'product_category' and c.code = i.category_code and c.valid_to is null
order by coalesce(s.samples, 0) > 0, i.injuries desc, i.category_code;
