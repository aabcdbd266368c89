-- 3. One product across agencies
-- 3. 一种产品，多家单位
-- What does each agency know about this product, in the order in which it happened?
-- 各单位掌握该产品的哪些情况？（按发生时间排列）
-- matched_by says how sure it is: a brand alone, where no model is named, is a candidate. Other spellings are not found.
-- matched_by 说明匹配依据：未写型号、仅品牌相同者只是候选。其他写法查不到。
with asked as (select 'FunRide' as brand, 'FR-S3' as model, null::text as gtin),
code as (  -- word: the longest part of the model that has a digit
    select a.gtin, lower(a.brand) as brand_key,
           (select lower(m.word[1]) from regexp_matches(a.model, '[0-9A-Za-z]+', 'g') m (word)
            where m.word[1] ~ '[0-9]' order by length(m.word[1]) desc, 1 limit 1) as word
    from asked a
),
candidate as (  -- a model without a digit is looked for in all products that name no brand
    select k.record_type, k.agency, k.record_uid, k.position from code c join mart.product_key k on k.gtin = c.gtin
    union
    select k.record_type, k.agency, k.record_uid, k.position from code c join mart.product_key k on k.brand_key = c.brand_key
    union
    select w.record_type, w.agency, w.record_uid, w.position from code c join mart.product_word w on w.word = c.word
    union
    select k.record_type, k.agency, k.record_uid, k.position from mart.product_key k
    where k.brand_key is null and (select c.word is null and a.model is not null from code c, asked a)
),
item as (
    select c.record_type, c.agency, c.record_uid, i.gtin, i.brand, i.type, i.words
    from candidate c
    cross join lateral (
        select gtin, brand, coalesce(model, spec), concat_ws(' ', model, name, spec, description) from core.customs_declaration_goods i
        where c.record_type = 'customs_declaration' and (i.agency, i.record_uid, i.position) = (c.agency, c.record_uid, c.position)
        union all
        select gtin, brand, coalesce(model, spec), concat_ws(' ', model, name, spec) from core.port_inspection_product i
        where c.record_type = 'port_inspection' and (i.agency, i.record_uid, i.position) = (c.agency, c.record_uid, c.position)
        union all
        select gtin, brand, coalesce(model, spec), concat_ws(' ', model, name, spec) from core.market_sampling_product i
        where c.record_type = 'market_sampling' and (i.agency, i.record_uid, i.position) = (c.agency, c.record_uid, c.position)
        union all
        select gtin, brand, coalesce(model, spec), concat_ws(' ', model, name, spec) from core.injury_case_product i
        where c.record_type = 'injury_case' and (i.agency, i.record_uid, i.position) = (c.agency, c.record_uid, c.position)
        union all
        select gtin, brand, coalesce(model, spec), concat_ws(' ', model, name, spec) from core.fire_incident_product i
        where c.record_type = 'fire_incident' and (i.agency, i.record_uid, i.position) = (c.agency, c.record_uid, c.position)
        union all
        select gtin, brand, coalesce(model, spec), concat_ws(' ', model, name, spec) from core.complaint_product i
        where c.record_type = 'complaint' and (i.agency, i.record_uid, i.position) = (c.agency, c.record_uid, c.position)
        union all
        select gtin, brand, coalesce(model, spec), concat_ws(' ', model, name, spec, description) from core.recall_product i
        where c.record_type = 'recall' and (i.agency, i.record_uid, i.position) = (c.agency, c.record_uid, c.position)
        union all
        select gtin, brand, coalesce(model, spec), concat_ws(' ', model, name, spec, description) from core.overseas_notification_product i
        where c.record_type = 'overseas_notification' and (i.agency, i.record_uid, i.position) = (c.agency, c.record_uid, c.position)
    ) i (gtin, brand, type, words)
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
)
select coalesce(e.event_date, e.event_at::date) as day, m.agency,
       e.zh || coalesce('：' || w.label_zh, '') as what_zh, e.en || coalesce(': ' || w.label_en, '') as what_en,
       r.label_zh as county, (array['barcode', 'brand and model', 'model', 'brand'])[m.rank] as matched_by, e.source_record_no
from matched m
cross join lateral (
        select '申报', 'declared', t.source_record_no, t.event_at, t.event_date, t.region_code, null::text, null::text
        from core.customs_declaration t where m.record_type = 'customs_declaration' and (t.agency, t.record_uid) = (m.agency, m.record_uid)
        union all
        select '口岸检验', 'port inspection', t.source_record_no, t.event_at, t.event_date, t.region_code, 'insp_result', t.result_code
        from core.port_inspection t where m.record_type = 'port_inspection' and (t.agency, t.record_uid) = (m.agency, m.record_uid)
        union all
        select '市场抽检', 'market test', t.source_record_no, t.event_at, t.event_date, t.region_code, 'verdict', t.verdict_code
        from core.market_sampling t where m.record_type = 'market_sampling' and (t.agency, t.record_uid) = (m.agency, m.record_uid)
        union all
        select '伤害', 'injury', t.source_record_no, t.event_at, t.event_date, t.region_code, 'injury_diagnosis', (select d.diagnosis_code from core.injury_case_diagnosis d
                                                    where d.agency = t.agency and d.record_uid = t.record_uid and d.position = 0)
        from core.injury_case t where m.record_type = 'injury_case' and (t.agency, t.record_uid) = (m.agency, m.record_uid)
        union all
        select '火灾', 'fire', t.source_record_no, t.event_at, t.event_date, t.region_code, 'fire_cause', t.cause_code
        from core.fire_incident t where m.record_type = 'fire_incident' and (t.agency, t.record_uid) = (m.agency, m.record_uid)
        union all
        select '投诉举报', 'complaint', t.source_record_no, t.event_at, t.event_date, t.region_code, 'complaint_kind', t.kind_code
        from core.complaint t where m.record_type = 'complaint' and (t.agency, t.record_uid) = (m.agency, m.record_uid)
        union all
        select '召回', 'recall', t.source_record_no, t.event_at, t.event_date, t.region_code, 'country', t.country_code
        from core.recall t where m.record_type = 'recall' and (t.agency, t.record_uid) = (m.agency, m.record_uid)
        union all
        select '境外通报', 'notice from abroad', t.source_record_no, t.event_at, t.event_date, t.region_code, 'notification_type', t.notification_type_code
        from core.overseas_notification t where m.record_type = 'overseas_notification' and (t.agency, t.record_uid) = (m.agency, m.record_uid)
) e (zh, en, source_record_no, event_at, event_date, region_code, list, code)
left join code.entry w on w.list = e.list and w.code = e.code
                      and coalesce(e.event_date, e.event_at::date) >= coalesce(w.valid_from, '-infinity'::date)
                      and coalesce(e.event_date, e.event_at::date) < coalesce(w.valid_to, 'infinity'::date)
left join code.entry r on r.list = 'region' and r.code = e.region_code
                      and coalesce(e.event_date, e.event_at::date) >= coalesce(r.valid_from, '-infinity'::date)
                      and coalesce(e.event_date, e.event_at::date) < coalesce(r.valid_to, 'infinity'::date)
where m.rank is not null
order by day, e.event_at, e.source_record_no;
