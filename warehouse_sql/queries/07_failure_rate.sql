-- 7. Failure rate by category and origin, this year against last
-- 7. 各类别、各产地不合格率（今年与去年）
-- How large is the share of failed market tests per category and origin, with limits, this year and last?
-- 各类别、各产地市场抽检不合格率及其置信区间，今年与去年相比如何？
-- Wilson limits at 95 %. Samples are chosen by risk: the share is of samples, not of the market. is_unstable: fewer than 20.
-- Wilson 95% 置信区间。抽样按风险选取：比例针对样品而非市场。is_unstable 表示样品少于 20。
with asked as (select 2026 as year),
judged as (
    select extract(year from coalesce(t.event_date, t.event_at::date))::int as year, p.category_code,
           p.origin_country_code, count(*)::numeric as n, (count(*) filter (where t.verdict_code = 'fail'))::numeric as x
    from core.market_sampling t
    join core.market_sampling_product p on p.agency = t.agency and p.record_uid = t.record_uid and p.position = 0
    where t.verdict_code in ('pass', 'fail')
    group by 1, 2, 3
),
limits as (
    select *, 1.959964 as z, x / n as share from judged
)
select c.label_en as category, o.label_en as origin, l.year, l.n as tested, l.x as failed, round(100 * share, 1) as percent,
       round(100 * (share + z * z / (2 * n) - z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))) / (1 + z * z / n), 1) as low,
       round(100 * (share + z * z / (2 * n) + z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))) / (1 + z * z / n), 1) as high,
       n < 20 as is_unstable
from limits l
join asked a on l.year between a.year - 1 and a.year
left join code.entry c on c.list = 'product_category' and c.code = l.category_code and c.valid_to is null
left join code.entry o on o.list = 'country' and o.code = l.origin_country_code and o.valid_to is null
order by 1, 2 nulls last, 3;
