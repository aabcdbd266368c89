-- The counts of the event marts (schema/111_event_counts.sql): in full, and by what a refresh has taken from the marts and added.

-- name: all_events
-- Returns what is counted of every event and activity, in the shape of changed_event.
select 1 as sign, false as is_activity, record_type, agency, record_uid, event_date, region_code, is_adverse, severity_rank, death_count,
       injury_count, product_category_code, product_origin_country_code
from mart.risk_event
union all
select 1, true, record_type, agency, record_uid, event_date, region_code, is_adverse, severity_rank, death_count, injury_count,
       product_category_code, product_origin_country_code
from mart.activity

-- name: all_products
-- Returns the categories of all products, in the shape of changed_product.
select 1 as sign, record_type, agency, record_uid, category_code from mart.event_product where category_code is not null

-- name: all_hazards
-- Returns the types of all hazards, in the shape of changed_hazard.
select 1 as sign, record_type, agency, record_uid, type_code from mart.event_hazard where type_code is not null

-- name: create_changed
-- Creates the tables of what a refresh takes from the event marts (sign -1) and adds to them (sign 1).
create temporary table changed_event (
    sign integer not null, is_activity boolean not null, record_type text not null, agency text not null, record_uid uuid not null,
    event_date date, region_code text, is_adverse boolean, severity_rank smallint, death_count bigint, injury_count bigint,
    product_category_code text, product_origin_country_code text) on commit drop;
create temporary table changed_product (
    sign integer not null, record_type text not null, agency text not null, record_uid uuid not null, category_code text not null) on commit drop;
create temporary table changed_hazard (
    sign integer not null, record_type text not null, agency text not null, record_uid uuid not null, type_code text not null) on commit drop;

-- name: note_events
-- Notes what is counted of events that a statement has taken or added.
insert into changed_event
select {sign}, {is_activity}, record_type, agency, record_uid, event_date, region_code, is_adverse, severity_rank, death_count,
       injury_count, product_category_code, product_origin_country_code
from moved

-- name: note_products
-- Notes the categories of products that a statement has taken or added.
insert into changed_product select {sign}, record_type, agency, record_uid, category_code from moved where category_code is not null

-- name: note_hazards
-- Notes the types of hazards that a statement has taken or added.
insert into changed_hazard select {sign}, record_type, agency, record_uid, type_code from moved where type_code is not null

-- name: take_touched
-- Removes the rows of a mart that come from the records that were touched, and notes them.
with moved as (
    delete from {mart} m
    using touched_record k
    where m.record_type = k.record_type and m.agency = k.agency and m.record_uid = k.record_uid
    returning m.*)
{note};

-- name: add_rows
-- Adds rows to a mart, and notes them.
with moved as (insert into {mart} {rows} returning *)
{note};

-- name: analyze_changed
-- Tells the planner how many they are.
analyze changed_event, changed_product, changed_hazard;

-- name: count_region_day
-- Adds events to mart.region_day.
insert into mart.region_day as m (record_type, agency, event_date, region_code, events, adverse, death_count, injury_count)
select record_type, agency, event_date, region_code, sum(sign), coalesce(sum(sign) filter (where is_adverse), 0),
       coalesce(sum(sign * death_count), 0), coalesce(sum(sign * injury_count), 0)
from {events} e
where not is_activity
group by 1, 2, 3, 4
on conflict (record_type, agency, event_date, region_code) do update
    set events = m.events + excluded.events, adverse = m.adverse + excluded.adverse,
        death_count = m.death_count + excluded.death_count, injury_count = m.injury_count + excluded.injury_count;

-- name: count_category_day
-- Adds events and activities to mart.category_day; an activity that is an event of risk too counts once.
insert into mart.category_day as m (record_type, agency, event_date, category_code, records, judged, adverse, severe)
select e.record_type, e.agency, e.event_date, p.category_code, sum(e.sign), coalesce(sum(e.sign) filter (where e.is_adverse is not null), 0),
       coalesce(sum(e.sign) filter (where e.is_adverse), 0), coalesce(sum(e.sign) filter (where e.severity_rank >= 3), 0)
from {events} e
join (select distinct sign, record_type, agency, record_uid, category_code from {products} i) p using (sign, record_type, agency, record_uid)
where e.is_activity or e.record_type <> all ({activity_types})
group by 1, 2, 3, 4
on conflict (record_type, agency, event_date, category_code) do update
    set records = m.records + excluded.records, judged = m.judged + excluded.judged, adverse = m.adverse + excluded.adverse,
        severe = m.severe + excluded.severe;

-- name: count_pair_day
-- Adds events to mart.pair_day: pairs, and what they are compared with.
insert into mart.pair_day as m (record_type, agency, event_date, category_code, type_code, records)
with pair as materialized (
    select distinct e.sign, e.record_type, e.agency, e.record_uid, e.event_date, p.category_code, h.type_code
    from {hazards} h
    join {events} e using (sign, record_type, agency, record_uid)
    join {products} p using (sign, record_type, agency, record_uid)
    where not e.is_activity
)
select record_type, agency, event_date, category_code, type_code, sum(sign) from pair group by 1, 2, 3, 4, 5
union all
select record_type, agency, event_date, category_code, null, sum(sign)
from (select distinct sign, record_type, agency, record_uid, event_date, category_code from pair) c group by 1, 2, 3, 4
union all
select record_type, agency, event_date, null, type_code, sum(sign)
from (select distinct sign, record_type, agency, record_uid, event_date, type_code from pair) t group by 1, 2, 3, 5
union all
select record_type, agency, event_date, null, null, sum(sign)
from (select distinct sign, record_type, agency, record_uid, event_date from pair) r group by 1, 2, 3
on conflict (record_type, agency, event_date, category_code, type_code) do update set records = m.records + excluded.records;

-- name: count_product_year
-- Adds events and activities to mart.product_year.
insert into mart.product_year as m
    (record_type, agency, year, product_category_code, product_origin_country_code, activities, judged, failed, events)
select record_type, agency, extract(year from event_date)::integer, product_category_code, product_origin_country_code,
       coalesce(sum(sign) filter (where is_activity), 0), coalesce(sum(sign) filter (where is_activity and is_adverse is not null), 0),
       coalesce(sum(sign) filter (where is_activity and is_adverse), 0), coalesce(sum(sign) filter (where not is_activity), 0)
from {events} e
group by 1, 2, 3, 4, 5
on conflict (record_type, agency, year, product_category_code, product_origin_country_code) do update
    set activities = m.activities + excluded.activities, judged = m.judged + excluded.judged, failed = m.failed + excluded.failed,
        events = m.events + excluded.events;

-- name: remove_nothing
-- Removes the counts of nothing; only rows that were counted off can be such.
with r as (delete from mart.region_day where events = 0),
     c as (delete from mart.category_day where records = 0),
     p as (delete from mart.pair_day where records = 0)
delete from mart.product_year where activities = 0 and events = 0;

-- name: drop_changed
-- Drops the tables of what was changed.
drop table changed_event, changed_product, changed_hazard;

-- name: parties
-- Returns where the parties of one record type are, in the columns of mart.party_key.
select {record_type}::text as record_type, i.agency, i.record_uid, i.role_code, i.uscc from {items} i where i.uscc is not null

-- name: products
-- Returns the keys of the products of one record type, in the columns of mart.product_key.
select {record_type}::text as record_type, i.agency, i.record_uid, i.position, i.gtin, lower(i.brand) from {items} i

-- name: words
-- Returns the words by which a product without a brand is found, in the columns of mart.product_word.
select distinct {record_type}::text as record_type, i.agency, i.record_uid, i.position, lower(m.word[1])
from {items} i
cross join lateral regexp_matches(concat_ws(' ', i.model, i.name, i.spec, i.description), '[0-9A-Za-z]+', 'g') m (word)
where i.brand is null and m.word[1] ~ '[0-9]'

-- name: indexes
-- Returns the indexes of the event marts and their counts: table, index, how it is made, and constraint where it is one.
select i.indrelid::regclass::text, i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid), c.conname, pg_get_constraintdef(c.oid)
from pg_index i
left join pg_constraint c on c.conindid = i.indexrelid
where i.indrelid = any (%(tables)s::regclass[]);

-- name: analyze
-- Tells the planner what the counts hold; as their owner.
analyze mart.region_day, mart.category_day, mart.pair_day, mart.product_year;
