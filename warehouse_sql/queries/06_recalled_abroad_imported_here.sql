-- 6. Recalled abroad, imported here
-- 6. 境外召回，本地进口
-- Which products that are recalled or notified abroad were imported here, by whom, how much, and bound for where?
-- 哪些境外召回或通报的产品曾在本地进口？谁进口、多少、运往何处？
-- The same model, and the same brand where both name one: candidates for a check. Where the goods are now no feed says.
-- 型号相同（双方均写品牌时品牌也须相同）即为待核对象；货物现在何处，各来源均未报送。
with abroad as (
    select t.agency, t.source_record_no, coalesce(t.event_date, t.event_at::date) as day, t.country_code, p.brand, p.model
    from core.recall t join core.recall_product p using (agency, record_uid)
    where t.country_code <> 'CHN'
    union all
    select t.agency, t.source_record_no, coalesce(t.event_date, t.event_at::date), t.country_code, p.brand, p.model
    from core.overseas_notification t join core.overseas_notification_product p using (agency, record_uid)
),
imported as (
    select t.agency, t.record_uid, coalesce(t.event_date, t.event_at::date) as day, g.brand, g.model, g.quantity, g.unit_code,
           g.destination_region_code,
           (select p.name from core.customs_declaration_party p
            where p.agency = t.agency and p.record_uid = t.record_uid and p.role_code in ('consignee', 'importer')
            order by p.position limit 1) as importer
    from core.customs_declaration t join core.customs_declaration_goods g using (agency, record_uid)
    where t.ie_flag_code = 'I'
)
select a.source_record_no as notice, a.day as notified_on, a.country_code as by_country, a.model, i.importer,
       count(distinct (i.agency, i.record_uid)) as declarations, trim_scale(sum(i.quantity)) as quantity, i.unit_code as unit,
       min(i.day) as first_day, max(i.day) as last_day,
       string_agg(distinct r.label_zh, '、' order by r.label_zh) as bound_for
from abroad a
join imported i on upper(regexp_replace(i.model, '[^[:alnum:]]', '', 'g')) = upper(regexp_replace(a.model, '[^[:alnum:]]', '', 'g'))
               and (a.brand is null or i.brand is null or lower(i.brand) = lower(a.brand))
left join code.entry r on r.list = 'region' and r.code = i.destination_region_code
                      and i.day >= coalesce(r.valid_from, '-infinity'::date) and i.day < coalesce(r.valid_to, 'infinity'::date)
group by a.source_record_no, a.day, a.country_code, a.model, i.importer, i.unit_code
order by a.day, a.source_record_no, i.importer;
