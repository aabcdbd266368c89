-- What the pages of analysts show.  Every one runs with the rights of the login that reads.

-- name: state_of_marts
-- Returns when the event marts were last brought up to date, and the newest day that events have.
select (select refreshed_at from mart.built where mart = 'event') as refreshed_at,
       (select max(newest_event_date) from mart.feed_month where newest_event_date <= %(today)s) as newest_day;

-- name: events_by_week
-- Returns counts of events in three cuts: by week, record type and source since `since`; by city or county of Hainan and by
-- country of origin since `shown_since`.  `cut` is series, unit or origin.
select case when grouping(record_type) = 0 then 'series' when grouping(unit_code) = 0 then 'unit' else 'origin' end as cut,
       week, record_type, agency, feed, unit_code, origin,
       case when grouping(record_type) = 0 then count(*) else count(*) filter (where is_shown) end as events
from (
    select date_trunc('week', e.event_date)::date as week, e.record_type, e.agency, e.feed,
           case when r.province_code = '460000' then r.unit_code end as unit_code,
           e.product_origin_country_code as origin, e.event_date >= %(shown_since)s as is_shown
    from mart.risk_event e
    left join mart.region r using (region_code)
    where e.event_date >= %(since)s and e.event_date < %(until)s
) e
group by grouping sets ((week, record_type, agency, feed), (unit_code), (origin));

-- name: units
-- Returns the 19 cities and counties of Hainan with their places in the tile map.
select region_code as code, label_zh, label_en, tile_col, tile_row
from mart.region
where province_code = '460000' and unit_code = region_code and tile_col is not null
order by tile_row, tile_col;

-- name: feeds_in_trouble
-- Returns the sources that are late, held, or have more than a twentieth of their rows in quarantine.
select agency || '/' || feed as source, state_code, is_late, next_due_at, held_count, quarantine_share, newest_event_date
from mart.feed_health
where is_late or held_count > 0 or quarantine_share > 0.05
order by is_late desc, held_count desc, quarantine_share desc nulls last, source
limit 50;

-- name: places_without_data
-- Returns for each record type how many cities and counties a month lacks since `since`, and which: nothing was delivered.
select record_type, count(*) as gaps, count(distinct region_code) as places,
       array_agg(distinct region_zh) as places_zh, array_agg(distinct region_en) as places_en, min(month) as first_month
from mart.coverage
where month >= %(since)s and state_code = 'missing'
group by record_type
order by gaps desc, record_type;

-- name: seldom_filled
-- Returns how often records of each source since `since` name a place, a day and a product, worst first.
select record_type, agency || '/' || feed as source, sum(of_records) filter (where field = 'event_date')::bigint as records,
       (sum(filled) filter (where field = 'event_date') / nullif(sum(of_records) filter (where field = 'event_date'), 0))::double precision as day_share,
       (sum(filled) filter (where field = 'region_code') / nullif(sum(of_records) filter (where field = 'region_code'), 0))::double precision as place_share,
       (sum(filled) filter (where field = any (%(products)s)) / nullif(sum(of_records) filter (where field = any (%(products)s)), 0))::double precision
           as product_share
from mart.completeness
where field = any (%(products)s || array['event_date', 'region_code']) and month >= %(since)s
group by 1, 2
having sum(of_records) filter (where field = 'event_date') > 0
order by least(sum(filled) filter (where field = 'region_code') / nullif(sum(of_records) filter (where field = 'region_code'), 0),
               sum(filled) filter (where field = any (%(products)s)) / nullif(sum(of_records) filter (where field = any (%(products)s)), 0)) nulls last, source
limit 30;

-- name: signals_of_today
-- Returns the counts of today that are higher than chance explains, the least likely first.
select record_type, region_code, product_category_code, hazard_type_code, window_days, observed, fatal, expected,
       p_value, sources_awaited
from mart.signal_today
where is_signal
order by fatal > 0 desc, p_value nulls last, record_type, region_code, window_days
limit 30;

-- name: open_alerts
-- Returns the alerts that no later message has ended and that have not expired at `now`, the gravest first.
select a.agency, a.record_uid, a.alert_no, a.issued_at, a.expires_at, a.level_code, a.level_text, a.event_text, a.headline
from mart.alert a
left join code.entry l on l.list = 'alert_level' and l.code = a.level_code and l.valid_to is null
where a.handling_code = 'Actual' and a.message_type_code in ('Alert', 'Update') and a.issued_at <= %(now)s
  and coalesce(a.ended_at > %(now)s, true) and coalesce(a.expires_at > %(now)s, true)
order by l.rank desc nulls last, a.issued_at desc, a.alert_no
limit 20;

-- name: codes_of_unit
-- Returns the codes of divisions that belong to a city or county of today, those of earlier times too.
select region_code as code
from mart.region
where unit_code = %(unit)s or region_code = %(unit)s
order by 1;

-- name: codes_of_category
-- Returns a product category and all categories below it.
with recursive below as (
    select category_code from mart.product_category where category_code = %(category)s
    union
    select c.category_code from mart.product_category c join below b on c.parent_code = b.category_code
)
select category_code as code from below order by 1;

-- name: explore_events
-- Returns the events of a mart that fulfil conditions, the newest first, with labels in one language.
select e.event_date, e.record_type, o.{label} as outcome, e.is_adverse, e.product_name, e.product_brand, p.{label} as product_category,
       r.{label} as region, c.{label} as origin, e.severity_code, e.death_count, e.injury_count, e.agency, e.feed,
       e.source_record_no, e.record_uid, e.batch_id
from {mart} e
left join code.entry o on o.list = 'event_outcome' and o.code = e.outcome_code and o.valid_to is null
left join mart.product_category p on p.category_code = e.product_category_code
left join mart.region r on r.region_code = e.region_code
left join mart.country c on c.country_code = e.product_origin_country_code
where {conditions}
order by e.event_date desc nulls last, e.agency, e.record_uid, e.record_type
{page}

-- name: explore_counts
-- Returns how many events of a mart fulfil conditions, by period and by the value of one column.
select date_trunc({step}, e.event_date)::date as period, {column}::text as value, count(*) as events,
       count(*) filter (where e.is_adverse) as adverse
from {mart} e
where {conditions}
group by 1, 2
order by 1, 2;

-- name: products_found
-- Returns products that a search finds by an exact barcode, model or brand, or by how their name or HS code begins, with how
-- many records name each.  Each way looks at 2000 items at most.
select min(found_by) as found_by, gtin, brand, model, max(name) as name, max(category_code) as category_code, max(hs_code) as hs_code,
       count(distinct (agency, record_uid)) as records, count(distinct agency) as agencies
from (
    (select 1 as found_by, agency, record_uid, gtin, brand, coalesce(model, spec) as model, name, category_code, hs_code
     from mart.event_product where gtin = any (%(barcodes)s) limit 2000)
    union all
    (select 2, agency, record_uid, gtin, brand, coalesce(model, spec), name, category_code, hs_code
     from mart.event_product where model = any (%(spellings)s) limit 2000)
    union all
    (select 3, agency, record_uid, gtin, brand, coalesce(model, spec), name, category_code, hs_code
     from mart.event_product where brand = any (%(spellings)s) limit 2000)
    union all
    (select 4, agency, record_uid, gtin, brand, coalesce(model, spec), name, category_code, hs_code
     from mart.event_product where name ^@ %(text)s limit 2000)
    union all
    (select 5, agency, record_uid, gtin, brand, coalesce(model, spec), name, category_code, hs_code
     from mart.event_product where hs_code ^@ %(digits)s and %(digits)s <> '' limit 2000)
) i
group by gtin, brand, model, case when coalesce(gtin, brand, model) is null then name end
order by found_by, records desc, brand nulls last, model nulls last
limit 60;

-- name: enterprises_found
-- Returns enterprises that a search finds by their credit code or by how their name begins, with how many records name each.
select uscc, max(name) as name, sum(records)::bigint as records, max(agencies) as agencies
from (
    select uscc, max(name) as name, count(distinct (agency, record_uid)) as records, count(distinct agency) as agencies
    from (
        (select uscc, name, agency, record_uid from mart.event_party where uscc = %(uscc)s limit 2000)
        union all
        (select uscc, name, agency, record_uid from mart.event_party
         where name ^@ %(text)s and is_natural_person is not true limit 2000)
    ) p
    group by uscc, case when uscc is null then name end
    union all
    select uscc, max(name), count(*), count(distinct agency) from core.enterprise where uscc = %(uscc)s group by 1
) e
group by uscc, case when uscc is null then name end
order by records desc, name
limit 40;

-- name: product_events
-- Returns every record that names a product, in the order in which it happened: `rank` 1 by its barcode, 2 by brand and model, 3 by
-- the model where no brand is named, 4 by the brand where no model is named (a candidate).
with candidate as (
    select record_type, agency, feed, record_uid, position, gtin, brand, coalesce(model, spec) as type, name, hs_code, batch_lot,
           concat_ws(' ', model, name, spec) as texts
    from mart.event_product
    where gtin = any (%(barcodes)s)
    union
    select record_type, agency, feed, record_uid, position, gtin, brand, coalesce(model, spec), name, hs_code, batch_lot,
           concat_ws(' ', model, name, spec)
    from mart.event_product
    where model = any (%(models)s)
    union
    select record_type, agency, feed, record_uid, position, gtin, brand, coalesce(model, spec), name, hs_code, batch_lot,
           concat_ws(' ', model, name, spec)
    from mart.event_product
    where brand = any (%(brands)s)
), compared as (
    select c.*, gtin = any (%(barcodes)s) as same_gtin, brand = any (%(brands)s) as same_brand, texts ~* %(model_pattern)s as same_model
    from candidate c
), matched as (
    select distinct on (record_type, agency, record_uid) *
    from (
        select c.*, case when same_gtin then 1 when same_brand and same_model then 2 when brand is null and same_model then 3
                         when %(brands)s = '{}' and same_model then 2 when same_brand and (type is null or %(models)s = '{}') then 4 end as rank
        from compared c
    ) r
    where rank is not null
    order by record_type, agency, record_uid, rank, position
)
select m.record_type, m.agency, m.feed, m.record_uid, m.rank, m.name, m.brand, m.type as model, m.hs_code, m.batch_lot, e.source_record_no,
       e.event_date, e.outcome_code, e.is_adverse, e.region_code, e.country_code, e.summary, e.severity_code, e.death_count, e.injury_count,
       e.hazard_type_code, e.batch_id, e.received_at, null::text as role_code
from matched m
cross join lateral (
    select * from mart.risk_event where (agency, record_uid, record_type) = (m.agency, m.record_uid, m.record_type)
    union
    select * from mart.activity where (agency, record_uid, record_type) = (m.agency, m.record_uid, m.record_type)
) e
order by e.event_date nulls last, e.event_at nulls last, m.record_type, e.source_record_no
limit %(most)s;

-- name: enterprise_events
-- Returns every event that names an enterprise by its credit code, in the order in which it happened, with its first role.
select p.record_type, p.agency, p.feed, p.record_uid, 1 as rank, e.product_name as name, e.product_brand as brand, null::text as model,
       e.product_hs_code as hs_code, e.product_batch_lot as batch_lot, e.source_record_no, e.event_date, e.outcome_code, e.is_adverse,
       e.region_code, e.country_code, e.summary, e.severity_code, e.death_count, e.injury_count, e.hazard_type_code, e.batch_id,
       e.received_at, p.role_code
from (
    select distinct on (record_type, agency, record_uid) record_type, agency, feed, record_uid, role_code
    from mart.event_party
    where uscc = %(uscc)s
    order by record_type, agency, record_uid, position
) p
cross join lateral (
    select * from mart.risk_event where (agency, record_uid, record_type) = (p.agency, p.record_uid, p.record_type)
    union
    select * from mart.activity where (agency, record_uid, record_type) = (p.agency, p.record_uid, p.record_type)
) e
order by e.event_date nulls last, e.event_at nulls last, p.record_type, e.source_record_no
limit %(most)s;

-- name: enterprise_entries
-- Returns what registers and lists hold about an enterprise by its credit code: registration, credit events, credit ratings.
select 'enterprise' as record_type, agency, feed, record_uid, source_record_no, name, valid_from, valid_to, 'reg_status' as codelist,
       reg_status_code as code, batch_id, received_at
from core.enterprise where uscc = %(uscc)s
union all
select 'credit_event', agency, feed, record_uid, source_record_no, null, valid_from, valid_to, 'credit_list', list_kind_code, batch_id, received_at
from core.credit_event where uscc = %(uscc)s
union all
select 'credit_rating', agency, feed, record_uid, source_record_no, null, valid_from, valid_to, 'credit_grade', grade_code, batch_id, received_at
from core.credit_rating where uscc = %(uscc)s
order by valid_from nulls last, record_type, source_record_no
limit %(most)s;

-- name: places_in_files
-- Returns in which file, sheet and line each of some records of one type stood.
select t.agency, t.record_uid, t.source_file, t.source_sheet, t.source_line
from {records} t
join unnest({agencies}::text[], {uids}::uuid[]) as k (agency, record_uid) using (agency, record_uid);

-- name: contradictions_of
-- Returns the open contradictions between feeds in which one of some records stands.
select link_zh, link_en, rule, left_type, left_agency, left_feed, left_record_no, left_uid, left_value,
       right_type, right_agency, right_feed, right_record_no, right_uid, right_value, opened_at
from mart.conflict
where is_open and ((left_agency, left_uid) in (select * from unnest(%(agencies)s::text[], %(uids)s::uuid[]))
                   or (right_agency, right_uid) in (select * from unnest(%(agencies)s::text[], %(uids)s::uuid[])))
order by opened_at desc
limit 50;

-- name: open_fields
-- Returns the open columns of one record, or of its items of one list, in their order.
select {columns}
from {records} t
where t.agency = %(agency)s and t.record_uid = %(uid)s
order by {position}
limit %(most)s;

-- name: earlier_versions
-- Returns the versions that a record had before, the newest first.
select t.record_version, t.recorded_from, t.recorded_to, t.batch_id
from {history} t
where t.agency = %(agency)s and t.record_uid = %(uid)s
order by t.recorded_to desc
limit 50;

-- name: origin_of_batch
-- Returns the delivery that a batch has read.
select b.batch_id, b.agency || '/' || b.feed as source, s.title_zh, s.title_en, d.file_name, d.sha256, b.received_at, b.loaded_at,
       b.mapping_version, b.standard_version
from ledger.batch b
join ledger.delivery d using (agency, delivery_id)
join ledger.source s on s.agency = b.agency and s.feed = b.feed
where b.batch_id = %(batch)s;

-- name: alerts_listed
-- Returns the messages of alerts, the newest first: all, those of a state, a country or a period, or some that are named.
select 'alert' as record_type, agency, feed, record_uid, number, day, at, title, detail, product_name, origin, country, level, state,
       relation, related_no
from (
    select a.agency, a.feed, a.record_uid, a.alert_no as number, a.issued_date as day, a.issued_at as at,
           coalesce(a.headline, a.event_text) as title, coalesce(a.description, a.instruction) as detail, a.product_name,
           null::text as origin, coalesce(a.country_codes[1], k.country_code) as country, coalesce(a.level_code, a.level_text) as level,
           case when a.handling_code <> 'Actual' then 'drill' when a.message_type_code = 'Cancel' then 'cancelling'
                when a.ended_at <= %(now)s then 'ended' when a.expires_at <= %(now)s then 'expired' else 'open' end as state,
           a.ended_by_relation_code as relation, a.ended_by_alert_no as related_no, a.country_codes
    from mart.alert a
    join core.alert k using (agency, record_uid)
) a
where (%(state)s = '' or state = %(state)s) and (%(country)s = '' or country = %(country)s or %(country)s = any (country_codes))
  and (%(uids)s::uuid[] is null or record_uid = any (%(uids)s::uuid[]))
order by at desc nulls last, number
limit %(most)s offset %(after)s;

-- name: recalls_listed
-- Returns recalls, the newest first: all, those of a status or an origin, or some that are named.
select 'recall' as record_type, t.agency, t.feed, t.record_uid, coalesce(t.recall_no, t.source_record_no) as number,
       coalesce(t.recall_date, t.event_date) as day, t.event_at as at, coalesce(t.summary, t.defect_text) as title, t.remedy_text as detail,
       concat_ws(' ', p.brand, p.name) as product_name, p.origin_country_code as origin, t.country_code as country,
       t.recall_class_code as level, t.status_code as state, null::text as relation, t.recall_event_no as related_no
from core.recall t
left join core.recall_product p on p.agency = t.agency and p.record_uid = t.record_uid and p.position = 0
where (%(state)s = '' or t.status_code = %(state)s) and (%(country)s = '' or p.origin_country_code = %(country)s)
  and (%(uids)s::uuid[] is null or t.record_uid = any (%(uids)s::uuid[]))
order by t.event_date desc nulls last, t.agency, t.record_uid
limit %(most)s offset %(after)s;

-- name: notifications_listed
-- Returns notices from abroad, the newest first: all, first ones or follow-ups, those of an origin, or some that are named.
select 'overseas_notification' as record_type, agency, feed, record_uid, number, day, at, title, detail, product_name, origin, country,
       level, state, null::text as relation, related_no
from (
    select n.agency, n.feed, n.record_uid, n.ref_no as number, n.notified_date as day, null::timestamptz as at,
           n.headline_zh, n.headline_en, coalesce(n.headline_zh, n.headline_en) as title, n.measures as detail, n.product_name,
           n.product_origin_country_code as origin, n.notifying_country_code as country, n.risk_level_code as level,
           case when n.is_original_awaited then 'awaited' when n.follow_up_of is not null then 'follow_up' else 'original' end as state,
           n.follow_up_of as related_no
    from mart.overseas_notification n
) n
where (%(state)s = '' or state = %(state)s) and (%(country)s = '' or origin = %(country)s)
  and (%(uids)s::uuid[] is null or record_uid = any (%(uids)s::uuid[]))
order by day desc nulls last, number
limit %(most)s offset %(after)s;

-- name: linked_thread
-- Returns the records of one agency that messages of one type lead to from a record, by their links in either direction.
with recursive pair as (
    select t.record_uid as one, o.record_uid as other
    from {records} t
    join {links} l using (agency, record_uid)
    join {records} o on o.agency = t.agency and o.{number} = l.target_no
    where t.agency = %(agency)s and l.target_record_type = %(record_type)s
), edge as (
    select one, other from pair union select other, one from pair
), thread as (
    select %(uid)s::uuid as record_uid
    union
    select e.other from thread t join edge e on e.one = t.record_uid
)
select record_uid from thread limit %(most)s;

-- name: notice_thread
-- Returns the notices that follow up the same first notice as a record does, and that one.
select n.record_uid
from core.overseas_notification n
join core.overseas_notification o
  on o.system_code is not distinct from n.system_code
 and coalesce(n.follow_up_of, n.ref_no) = coalesce(o.follow_up_of, o.ref_no)
where o.agency = %(agency)s and o.record_uid = %(uid)s
union
select %(uid)s::uuid
limit %(most)s;

-- name: records_by_type
-- Returns how many records of each type the warehouse holds, of how many sources, and up to which day.
select record_type, sum(records)::bigint as records, count(distinct (agency, feed)) as sources, max(newest_event_date) as newest_day
from mart.feed_month
group by 1;

-- name: filled_by_source
-- Returns how many records, or items of a list, of one type have each field filled, by source, over all months.
select agency || '/' || feed as source, field, sum(of_records)::bigint as of_records, sum(filled)::bigint as filled,
       max(quarantined)::bigint as quarantined
from mart.completeness
where record_type = %(record_type)s
group by 1, 2
order by 1, 2;

-- name: places_of_type
-- Returns how many records of one type each city and county of Hainan has since `since`, and whether months are missing.
select region_code as code, sum(records)::bigint as records, count(*) filter (where state_code = 'missing') as months_missing
from mart.coverage
where record_type = %(record_type)s and month >= %(since)s
group by 1;
