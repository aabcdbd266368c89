-- 10. Fires with batteries
-- 10. 涉电池火灾
-- Which brands and models are in fires with batteries, how often while charging, and how many were imported?
-- 涉电池火灾涉及哪些品牌和型号？充电时发生的有多少？进口了多少？
-- Charging is read from the narrative. Imported pieces stand in for sales; goods made here have none.
-- “充电”取自简要经过。进口数量代替销量；国产商品无此数。
with burnt as (
    select coalesce(p.brand, '') as brand, coalesce(p.model, '') as model, t.agency, t.record_uid, t.death_count, t.injury_count,
           t.loss_cny, t.narrative ~ '充电|charging' as is_charging
    from core.fire_incident t
    left join core.fire_incident_product p on p.agency = t.agency and p.record_uid = t.record_uid and p.contribution_code = 'ignition'
    where (t.is_battery_involved or t.cause_code = 'battery') and t.incident_type_code is distinct from 'false_alarm'
),
imported as (
    select lower(g.brand) as brand, lower(g.model) as model, sum(g.quantity) as pieces
    from core.customs_declaration_goods g join core.customs_declaration t using (agency, record_uid)
    where t.ie_flag_code = 'I' and g.unit_code in ('H87', 'C62') group by 1, 2
)
select nullif(b.brand, '') as brand, nullif(b.model, '') as model, count(*) as fires, count(*) filter (where b.is_charging) as charging,
       sum(b.death_count) as deaths, sum(b.injury_count) as injured, sum(b.loss_cny) as loss_cny, trim_scale(max(i.pieces)) as imported
from burnt b
left join imported i on i.brand = lower(b.brand) and i.model = lower(b.model)
group by b.brand, b.model
order by count(*) desc, sum(b.injury_count) desc nulls last, b.brand, b.model;
