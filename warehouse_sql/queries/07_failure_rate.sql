-- 7. Failure rate by category and origin, this year against last
-- 7. 各类别、各产地不合格率（今年与去年）
-- How large is the share of failed market tests per category and origin, with limits, this year and last?
-- 各类别、各产地市场抽检不合格率及其置信区间，今年与去年相比如何？
-- Wilson limits at 95 %. Samples are chosen by risk: the share is of samples, not of the market. is_unstable: fewer than 20.
-- Wilson 95% 置信区间。抽样按风险选取：比例针对样品而非市场。is_unstable 表示样品少于 20。
with asked as (select 2026 as year),
judged as (
    select product_category_code as category_code, product_origin_country_code as origin_country_code, y.year,
           sum(y.judged) as tested, sum(y.failed) as failed
    from mart.product_year y
    join asked a on y.year between a.year - 1 and a.year
    where y.record_type = 'market_sampling' and y.judged > 0
    group by 1, 2, 3
)
select c.label_en as category, o.label_en as origin, j.year, j.tested, j.failed, round(100 * j.failed / j.tested, 1) as percent,
       round(100 * w.lower::numeric, 1) as low, round(100 * w.upper::numeric, 1) as high, j.tested < 20 as is_unstable
from judged j
cross join lateral mart.wilson(j.failed::double precision, j.tested::double precision) w
left join code.entry c on c.list = 'product_category' and c.code = j.category_code and c.valid_to is null
left join code.entry o on o.list = 'country' and o.code = j.origin_country_code and o.valid_to is null
order by 1, 2 nulls last, 3;
