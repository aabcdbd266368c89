-- 5. Failed at the port, found on the market
-- 5. 口岸不合格，市场仍在售
-- Which lots failed an inspection at the port and turned up in a market test afterwards?
-- 哪些批次口岸检验不合格，之后又在市场抽检中出现？
-- The same brand and lot, blanks and case aside. A lot that the shop did not note is not found.
-- 按品牌与批次匹配（忽略空格与大小写）。抽检未记录批次的查不到。
with failed as (
    select t.agency, t.source_record_no, coalesce(t.event_date, t.event_at::date) as day, t.disposal_code, p.brand, p.batch_lot,
           lower(regexp_replace(p.brand, '\s', '', 'g')) as same_brand, lower(regexp_replace(p.batch_lot, '\s', '', 'g')) as same_lot
    from core.port_inspection t
    join core.port_inspection_product p using (agency, record_uid)
    where t.result_code = 'fail'
),
sampled as (
    select t.source_record_no, coalesce(t.event_date, t.event_at::date) as day, t.region_code, t.verdict_code,
           lower(regexp_replace(p.brand, '\s', '', 'g')) as same_brand, lower(regexp_replace(p.batch_lot, '\s', '', 'g')) as same_lot
    from core.market_sampling t
    join core.market_sampling_product p using (agency, record_uid)
)
select f.brand, f.batch_lot as lot, f.day as failed_on, f.source_record_no as inspection, d.label_en as disposal,
       s.day as sampled_on, s.day - f.day as days, s.source_record_no as sampling, v.label_en as verdict
from failed f
join sampled s on s.same_brand = f.same_brand and s.same_lot = f.same_lot and s.day >= f.day
left join code.entry d on d.list = 'insp_disposal' and d.code = f.disposal_code
                      and f.day >= coalesce(d.valid_from, '-infinity'::date) and f.day < coalesce(d.valid_to, 'infinity'::date)
left join code.entry v on v.list = 'verdict' and v.code = s.verdict_code
                      and s.day >= coalesce(v.valid_from, '-infinity'::date) and s.day < coalesce(v.valid_to, 'infinity'::date)
order by f.day, f.source_record_no, s.day, s.source_record_no;
