-- 18. Weak links
-- 18. 较弱的关联
-- Which links between records are weak, and what would change if they were not made?
-- 哪些记录关联较弱？去除后结果如何变化？
-- Links of notices from abroad with imports. remaining: the quantity without these and weaker links. No person has reviewed any.
-- 针对境外通报与进口申报的关联。remaining 为去除该类及更弱关联后的数量。各关联均未经人工复核。
with abroad as (
    select t.agency as notifier, t.source_record_no as notice, p.gtin, lower(p.brand) as brand,
           upper(regexp_replace(p.model, '[^[:alnum:]]', '', 'g')) as model
    from core.recall t join core.recall_product p using (agency, record_uid)
    where t.country_code <> 'CHN'
    union
    select t.agency, t.source_record_no, p.gtin, lower(p.brand), upper(regexp_replace(p.model, '[^[:alnum:]]', '', 'g'))
    from core.overseas_notification t join core.overseas_notification_product p using (agency, record_uid)
),
imported as (
    select t.agency, t.record_uid, g.position, g.gtin, lower(g.brand) as brand,
           upper(regexp_replace(g.model, '[^[:alnum:]]', '', 'g')) as model, g.quantity, g.unit_code
    from core.customs_declaration t join core.customs_declaration_goods g using (agency, record_uid)
    where t.ie_flag_code = 'I'
),
pair as (  -- three joins of equal keys: one join by any of them would compare all with all
    select a as abroad, i as imported from abroad a join imported i using (gtin)
    union all
    select a, i from abroad a join imported i using (brand)
    union all
    select a, i from abroad a join imported i using (model)
),
compared as (
    select (abroad).notifier, (abroad).notice, (imported).agency, (imported).record_uid, (imported).position, (imported).quantity,
           (imported).unit_code, (abroad).gtin = (imported).gtin as same_gtin, (abroad).brand = (imported).brand as same_brand,
           (abroad).model = (imported).model as same_model
    from pair
),
linked as (  -- each line of goods once for each notice, by its strongest link
    select notifier, notice, agency, record_uid, position, quantity, unit_code,
           min(case when same_gtin then 1
                    when same_brand and same_model and same_gtin is null then 2
                    when same_model and same_brand is null and same_gtin is null then 3
                    when same_brand and same_model then 4
                    when same_brand and same_model is null and same_gtin is null then 5 end) as rank
    from compared
    group by 1, 2, 3, 4, 5, 6, 7
)
select notice, (array['barcode', 'brand and model', 'model, one brand unknown', 'brand and model, another barcode',
                      'brand, one model unknown'])[rank] as linked_by,
       (array['certain', 'strong', 'weak', 'weak', 'weak'])[rank] as strength, count(*) as lines,
       trim_scale(sum(quantity)) as quantity, unit_code as unit,
       trim_scale(coalesce(sum(sum(quantity)) over (partition by notifier, notice, unit_code order by rank
                                                    rows between unbounded preceding and 1 preceding), 0)) as remaining
from linked
where rank is not null
group by notifier, notice, unit_code, rank
order by notice, notifier, unit, rank;
