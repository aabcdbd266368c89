-- 3. One product across agencies
-- 3. 一种产品，多家单位
-- What does each agency know about this product, in the order in which it happened?
-- 各单位掌握该产品的哪些情况？（按发生时间排列）
-- matched_by says how sure it is: a brand alone, where no model is named, is a candidate. Other spellings are not found.
-- matched_by 说明匹配依据：未写型号、仅品牌相同者只是候选。其他写法查不到。
with asked as (select 'FunRide' as brand, 'FR-S3' as model, null::text as gtin),
item as (
    select 'customs_declaration' as record_type, agency, record_uid, gtin, brand, coalesce(model, spec) as type, concat_ws(' ', model, name, spec, description) as words
    from core.customs_declaration_goods
    union all
    select 'port_inspection', agency, record_uid, gtin, brand, coalesce(model, spec), concat_ws(' ', model, name, spec) from core.port_inspection_product
    union all
    select 'market_sampling', agency, record_uid, gtin, brand, coalesce(model, spec), concat_ws(' ', model, name, spec) from core.market_sampling_product
    union all
    select 'injury_case', agency, record_uid, gtin, brand, coalesce(model, spec), concat_ws(' ', model, name, spec) from core.injury_case_product
    union all
    select 'fire_incident', agency, record_uid, gtin, brand, coalesce(model, spec), concat_ws(' ', model, name, spec) from core.fire_incident_product
    union all
    select 'complaint', agency, record_uid, gtin, brand, coalesce(model, spec), concat_ws(' ', model, name, spec) from core.complaint_product
    union all
    select 'recall', agency, record_uid, gtin, brand, coalesce(model, spec), concat_ws(' ', model, name, spec, description) from core.recall_product
    union all
    select 'overseas_notification', agency, record_uid, gtin, brand, coalesce(model, spec), concat_ws(' ', model, name, spec, description)
    from core.overseas_notification_product
),
compared as (
    select i.record_type, i.agency, i.record_uid, i.type, i.gtin = a.gtin as same_gtin, lower(i.brand) = lower(a.brand) as same_brand,
           i.words ~* ('(^|[^0-9A-Za-z])' || regexp_replace(a.model, '([^[:alnum:]])', '\\\1', 'g') || '($|[^0-9A-Za-z])') as same_model
    from item i cross join asked a
),
matched as (
    select record_type, agency, record_uid,
           min(case when same_gtin then 1 when same_brand and same_model then 2 when same_brand is null and same_model then 3
                    when same_brand and type is null then 4 end) as rank
    from compared group by record_type, agency, record_uid
),
event as (
    select 'customs_declaration' as record_type, '申报' as zh, 'declared' as en, agency, record_uid, source_record_no, event_at, event_date,
           region_code, null as list, null as code
    from core.customs_declaration
    union all
    select 'port_inspection', '口岸检验', 'port inspection', agency, record_uid, source_record_no, event_at, event_date,
           region_code, 'insp_result', result_code
    from core.port_inspection
    union all
    select 'market_sampling', '市场抽检', 'market test', agency, record_uid, source_record_no, event_at, event_date,
           region_code, 'verdict', verdict_code
    from core.market_sampling
    union all
    select 'injury_case', '伤害', 'injury', agency, record_uid, source_record_no, event_at, event_date,
           region_code, 'injury_diagnosis', (select d.diagnosis_code from core.injury_case_diagnosis d
                                             where d.agency = t.agency and d.record_uid = t.record_uid and d.position = 0)
    from core.injury_case t
    union all
    select 'fire_incident', '火灾', 'fire', agency, record_uid, source_record_no, event_at, event_date,
           region_code, 'fire_cause', cause_code
    from core.fire_incident
    union all
    select 'complaint', '投诉举报', 'complaint', agency, record_uid, source_record_no, event_at, event_date,
           region_code, 'complaint_kind', kind_code
    from core.complaint
    union all
    select 'recall', '召回', 'recall', agency, record_uid, source_record_no, event_at, event_date,
           region_code, 'country', country_code
    from core.recall
    union all
    select 'overseas_notification', '境外通报', 'notice from abroad', agency, record_uid, source_record_no, event_at, event_date,
           region_code, 'notification_type', notification_type_code
    from core.overseas_notification
)
select coalesce(e.event_date, e.event_at::date) as day, e.agency,
       e.zh || coalesce('：' || w.label_zh, '') as what_zh, e.en || coalesce(': ' || w.label_en, '') as what_en,
       r.label_zh as county, (array['barcode', 'brand and model', 'model', 'brand'])[m.rank] as matched_by, e.source_record_no
from matched m
join event e using (record_type, agency, record_uid)
left join code.entry w on w.list = e.list and w.code = e.code
                      and coalesce(e.event_date, e.event_at::date) >= coalesce(w.valid_from, '-infinity'::date)
                      and coalesce(e.event_date, e.event_at::date) < coalesce(w.valid_to, 'infinity'::date)
left join code.entry r on r.list = 'region' and r.code = e.region_code
                      and coalesce(e.event_date, e.event_at::date) >= coalesce(r.valid_from, '-infinity'::date)
                      and coalesce(e.event_date, e.event_at::date) < coalesce(r.valid_to, 'infinity'::date)
where m.rank is not null
order by day, e.event_at, e.source_record_no;
