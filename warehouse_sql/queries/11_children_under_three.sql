-- 11. Children under three
-- 11. 三岁以下儿童
-- Which products injure children under three, and how?
-- 哪些产品伤害三岁以下儿童？如何致伤？
-- estimate is the sum of the survey's weights, where the feed has weights. Small counts name people: keep them in the house.
-- estimate 为调查权数之和（来源有权数时）。小数目可能识别个人，不得外传。
with injured as (
    select distinct t.agency, t.record_uid, p.category_code, t.mechanism_code, t.disposition_code, t.statistical_weight,
           coalesce(t.age_months, t.age_years * 12) as months
    from core.injury_case t
    join core.injury_case_product p using (agency, record_uid)
    where coalesce(t.age_months / 12, t.age_years) < 3 and p.role_code is distinct from 'other'
)
select c.label_en as category, m.label_en as mechanism, count(*) as cases,
       count(*) filter (where i.disposition_code in ('2', '4', '5', '8')) as admitted_or_died,
       min(i.months) as youngest_months, round(sum(i.statistical_weight), 1) as estimate
from injured i
left join code.entry c on c.list = 'product_category' and c.code = i.category_code and c.valid_to is null
left join code.entry m on m.list = 'injury_mechanism' and m.code = i.mechanism_code and m.valid_to is null
group by c.label_en, m.label_en
order by cases desc, c.label_en, m.label_en;
