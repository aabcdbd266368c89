-- 2. Reported out of proportion
-- 2. 报告比例异常
-- Which pairs of product and hazard are reported out of proportion, new since last month?
-- 哪些“产品 × 危害”组合报告比例异常，且为上月以来新增？
-- Reports of one record type in a year that name both. Compares shares of reports: no risk, no cause. Listed: 3 reports, ic_low over 0.
-- 一年内同一记录类型中同时写明产品与危害的报告。仅比较报告比例，不说明风险或因果。列出 3 份以上且 ic_low 大于 0 者。
with asked as (select 'injury_case' as asked_type, date '2026-10-01' as day),
moment as (
    select asked_type, day, true as is_now from asked
    union all
    select asked_type, (day - interval '1 month')::date, false from asked
),
pair as (  -- mart.pair_day has each pair, and without a type, a category or both the sums that it is compared with
    select m.is_now, d.category_code, d.type_code, sum(d.records)::bigint as n
    from moment m
    join mart.pair_day d on d.record_type = m.asked_type and d.event_date < m.day and d.event_date >= m.day - interval '1 year'
    group by 1, 2, 3
),
counted as (
    select r.is_now, r.category_code, r.type_code, r.n::double precision as a, p.n as n1, h.n as n2, t.n
    from pair r
    join pair p on p.is_now = r.is_now and p.category_code = r.category_code and p.type_code is null
    join pair h on h.is_now = r.is_now and h.type_code = r.type_code and h.category_code is null
    join pair t on t.is_now = r.is_now and t.category_code is null and t.type_code is null
),
measured as (
    select c.*, e.expected, ln((a + 0.5) / (e.expected + 0.5)) / ln(2) as ic,
           ln((a + 0.5) / (e.expected + 0.5)) / ln(2) - 3.3 / sqrt(a + 0.5) - 2 / (a + 0.5) ^ 1.5 as ic_low,
           (a / n1) / nullif((n2 - a) / nullif(n - n1, 0), 0) as prr,
           n * (a * (n - n1 - n2 + a) - (n1 - a) * (n2 - a)) ^ 2
           / nullif(n1::double precision * (n - n1) * n2 * (n - n2), 0) as chi2
    from counted c
    cross join lateral (select n1::double precision * n2 / n) e (expected)
)
select g.label_en as category, h.label_en as hazard, m.a::bigint as reports, m.n1 as of_product, m.n2 as of_hazard, m.n as all_reports,
       round(m.expected::numeric, 2) as expected, round(m.ic::numeric, 2) as ic, round(m.ic_low::numeric, 2) as ic_low,
       round(m.prr::numeric, 1) as prr, round(m.chi2::numeric, 1) as chi2,
       not exists (select from measured o where not o.is_now and o.category_code = m.category_code and o.type_code = m.type_code
                                            and o.a >= 3 and o.ic_low > 0) as is_new
from measured m
left join code.entry g on g.list = 'product_category' and g.code = m.category_code and g.valid_to is null
left join code.entry h on h.list = 'hazard_type' and h.code = m.type_code and h.valid_to is null
where m.is_now and m.a >= 3 and m.ic_low > 0
order by is_new desc, m.ic_low desc, category, hazard;
