-- The event marts: the rows that the records of each type become, in full, for what batches touched, and as of a moment.

-- name: events
-- Returns the events of one record type, in the columns of mart.risk_event and mart.activity.  The subquery is one by
-- `offset 0`: an outcome is worked out once for each record.
select e.record_type, e.agency, e.feed, e.record_uid, e.source_record_no, e.event_at, e.event_at_precision, e.event_date, e.event_tz,
       e.reported_at, e.reported_date, e.region_code, e.country_code, e.outcome_code,
       case when e.outcome_code = any ({adverse}) then true when e.outcome_code = any ({not_adverse}) then false end as is_adverse,
       e.hazard_class_code, e.hazard_type_code, s.severity_code, array_position({severities}, s.severity_code)::smallint - 1::smallint as severity_rank,
       e.death_count, e.injury_count, e.weight, e.stratum, e.summary,
       e.product_name, e.product_brand, e.product_category_code, e.product_hs_code, e.product_batch_lot,
       e.product_origin_country_code, e.batch_id, e.received_at, e.recorded_from
from (
    select {record_type}::text as record_type, t.agency, t.feed, t.record_uid, t.source_record_no, t.event_at, t.event_at_precision,
           t.event_date, t.event_tz, t.reported_at, t.reported_date, t.region_code, t.country_code,
           t.hazard_class_code, t.hazard_type_code, t.severity_code, ({outcome})::text as outcome_code,
           ({deaths})::bigint as death_count, ({injured})::bigint as injury_count,
           ({weight})::numeric as weight, ({stratum})::text as stratum,
           {summary} as summary, {product_name} as product_name, {product_brand} as product_brand,
           {product_category_code} as product_category_code, {product_hs_code} as product_hs_code,
           {product_batch_lot} as product_batch_lot, {product_origin_country_code} as product_origin_country_code,
           t.batch_id, t.received_at, t.recorded_from
    from {records} t
    left join {products} p on p.agency = t.agency and p.record_uid = t.record_uid and p.position = 0
    offset 0
) e
cross join lateral (select case when e.death_count > 0 then {fatal} else e.severity_code end as severity_code) s
where e.outcome_code {wanted}

-- name: event_products
-- Returns all products of the events of one record type, in the columns of mart.event_product.
select {record_type}::text as record_type, t.agency, t.feed, t.record_uid, i.position, i.role_code, i.name, i.name_en, i.brand, i.model,
       i.spec, i.category_code, i.category_text, i.hs_code, i.gtin, i.barcode_text, i.batch_lot, i.production_date, i.expiry_date,
       i.origin_country_code, i.origin_text, i.manufacturer_name, i.quantity, i.unit_code, i.is_imported
from {records} t
join {items} i on i.agency = t.agency and i.record_uid = t.record_uid
where {is_event}

-- name: event_hazards
-- Returns the hazards that the events of one record type list, in the columns of mart.event_hazard.
select {record_type}::text as record_type, t.agency, t.feed, t.record_uid, 'hazard'::text as list, i.position, i.class_code, i.type_code,
       i.agent_code, i.agent_text, i.severity_code, i.risk_level_code, i.is_main
from {records} t
join {items} i on i.agency = t.agency and i.record_uid = t.record_uid
where {is_event}

-- name: event_failed_items
-- Returns the test items that failed in the events of one record type, in the columns of mart.event_hazard.  The type is the
-- item's own, else the nearest one above its analyte; the class is the one above the type.
select {record_type}::text as record_type, t.agency, t.feed, t.record_uid, 'test_item'::text as list, i.position,
       (with recursive up (code, steps) as (
            select h.type_code, 0
            union all
            select c.parent, up.steps + 1 from up join code.entry c on c.list = 'hazard_type' and c.code = up.code where up.steps < 9)
        select up.code from up join code.entry k on k.list = 'hazard_class' and k.code = up.code order by up.steps limit 1),
       h.type_code, i.analyte_code, i.item_text, null::text, null::text, null::boolean
from {records} t
join {items} i on i.agency = t.agency and i.record_uid = t.record_uid
cross join lateral (
    select coalesce(i.hazard_type_code,
                    (with recursive up (code, steps) as (
                         select a.parent, 0 from code.entry a where a.list = 'analyte' and a.code = i.analyte_code
                         union all
                         select a.parent, up.steps + 1 from up join code.entry a on a.list = 'analyte' and a.code = up.code where up.steps < 9)
                     select up.code from up join code.entry y on y.list = 'hazard_type' and y.code = up.code order by up.steps limit 1)
                    ) as type_code) h
where i.verdict_code = {fail} and {is_event}

-- name: event_parties
-- Returns the parties of the events of one record type, in the columns of mart.event_party.
select {record_type}::text as record_type, t.agency, t.feed, t.record_uid, i.position, i.role_code, i.name, i.uscc, i.customs_reg_no,
       i.licence_no, i.foreign_reg_no, i.lei, i.gln, i.agency_party_no, i.country_code, i.region_code, i.is_natural_person
from {records} t
join {items} i on i.agency = t.agency and i.record_uid = t.record_uid
where {is_event}

-- name: insert
-- Adds rows to a mart.
insert into {mart} {rows};

-- name: empty
-- Removes all rows of the event marts; as their owner.
truncate mart.risk_event, mart.activity, mart.event_product, mart.event_hazard, mart.event_party,
    mart.region_day, mart.category_day, mart.pair_day, mart.product_year, mart.party_key, mart.product_key,
    mart.product_word;

-- name: analyze
-- Tells the planner what the event marts hold, before they are counted; as their owner.
analyze mart.risk_event, mart.activity, mart.event_product, mart.event_hazard, mart.event_party, mart.party_key,
    mart.product_key, mart.product_word;

-- name: drop_changed
-- Removes the event marts with all that stands on them, to be made otherwise; `riskhub warehouse migrate` makes it anew.
do $$
declare
    each record;
begin
    for each in select c.relname as name, case c.relkind when 'v' then 'view' else 'table' end as kind
                from pg_class c
                where c.relnamespace = 'mart'::regnamespace and c.relkind in ('v', 'r')
                  and c.relname in ('risk_event', 'activity', 'event_product', 'event_hazard', 'event_party', 'region_day', 'category_day',
                                    'pair_day', 'product_year', 'party_key', 'product_key', 'product_word')
    loop
        execute format('drop %s mart.%I cascade', each.kind, each.name);
    end loop;
end $$;

-- name: drop_as_of
-- Removes the function of a mart as of a moment.
drop function if exists {function}(timestamptz);

-- name: create_as_of
-- Makes the function that returns what a mart would have held at a moment.
create function {function}(at timestamptz) returns setof {mart} language sql stable as {body};

-- name: describe_as_of
-- Says what that function is.
comment on function {function}(timestamptz) is {text};
