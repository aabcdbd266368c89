-- The dimensions of the marts, from the code lists: made anew whenever these are loaded.

-- name: delete_dimensions
-- Deletes all rows of them.
delete from code.label;
delete from mart.region;
delete from mart.region_period;
delete from mart.calendar;
delete from mart.category_hs;
delete from mart.product_category;
delete from mart.country;
delete from mart.hazard;

-- name: analyze_codes
-- Counts the codes, so that what follows is planned for as many as there are.
analyze code.entry;

-- name: analyze_region_periods
-- Counts the periods of the divisions.
analyze mart.region_period;

-- name: insert_labels
-- Makes one row per code of every list.  A language that has no label takes the other's, or the code.
insert into code.label (list, code, label_zh, label_en, starts, ends, labels_zh, labels_en)
select list, code, (array_agg(zh order by valid_from desc nulls last))[1], (array_agg(en order by valid_from desc nulls last))[1],
       case when differ then array_agg(coalesce(valid_from, date '0001-01-01') order by valid_from nulls first) end,
       case when differ then array_agg(valid_to order by valid_from nulls first) end,
       case when differ then array_agg(zh order by valid_from nulls first) end,
       case when differ then array_agg(en order by valid_from nulls first) end
from (select list, code, valid_from, valid_to, coalesce(label_zh, label_en, code) as zh, coalesce(label_en, label_zh, code) as en,
             min(coalesce(label_zh, label_en, code)) over w <> max(coalesce(label_zh, label_en, code)) over w
             or min(coalesce(label_en, label_zh, code)) over w <> max(coalesce(label_en, label_zh, code)) over w as differ
      from code.entry
      window w as (partition by list, code)) e
group by list, code, differ;

-- name: insert_region_periods
-- Makes one row per period of a division.  What became of it is followed from period to period: to its successors, of
-- each the period that held when it ended, or, where it has none, to the next period of its own code, which is the same
-- division under another name.  (The finding of names does the same: mappings/engine/verbs/gazetteer.py.)
with recursive period as (
    select row_number() over (order by code, valid_from nulls first) as n, code, valid_from, valid_to,
           coalesce(label_zh, label_en, code) as zh, coalesce(label_en, label_zh, code) as en,
           coalesce(valid_from, '-infinity') as since, coalesce(valid_to, 'infinity') as until,
           string_to_array(replaced_by, ' ') as successors
    from code.entry
    where list = 'region'
), followed as (
    select p.n, q.n as next
    from period p
    join period q on q.code = p.code and q.since = p.until
    where p.successors is null
    union all
    (select distinct on (p.n, q.code) p.n, q.n
     from period p
     cross join lateral unnest(p.successors) as s(code)
     join period q on q.code = s.code and q.until >= p.until
     order by p.n, q.code, case when q.since <= p.until and p.until < q.until then 0 when q.until = p.until then 1 else 2 end, q.since)
), became (n, at) as (
    select n, n from period
    union
    select b.n, f.next from became b join followed f on f.n = b.at
), now_there as (
    select b.n, array_agg(distinct p.code order by p.code) as codes
    from became b
    join period p on p.n = b.at and p.valid_to is null
    group by b.n
)
insert into mart.region_period (region_code, label_zh, label_en, valid_from, valid_to, became_codes, current_code)
select p.code, p.zh, p.en, p.valid_from, p.valid_to, coalesce(t.codes, '{}'), case when cardinality(t.codes) = 1 then t.codes[1] end
from period p
left join now_there t on t.n = p.n;

-- name: insert_regions
-- Makes one row per code of a division, by its latest period; what it lies in is filled by the two statements that follow.
insert into mart.region
    (region_code, label_zh, label_en, level, parent_code, province_code, county_code, county_label_zh, county_label_en,
     valid_from, valid_to, is_current, became_codes, current_code)
select region_code, label_zh, label_en, level, parent, left(region_code, 2) || '0000',
       case level when 'county' then region_code end, case level when 'county' then label_zh end,
       case level when 'county' then label_en end,
       valid_from, valid_to, valid_to is null, became_codes, current_code
from (select distinct on (p.region_code) p.*, e.parent,
             case when p.region_code like '__0000' then 'province'
                  when p.label_zh ~ '^(市辖区|县|市|.*直辖.*行政.*)$' then 'group'
                  when p.region_code like '____00' then 'city'
                  else 'county' end as level
      from mart.region_period p
      join code.entry e on e.list = 'region' and e.code = p.region_code and e.valid_from is not distinct from p.valid_from
      order by p.region_code, p.valid_from desc nulls last) latest;
analyze mart.region;

-- name: fill_provinces_and_cities
-- Says of each division in which province it lies, and in which city, which is itself where it is one.
update mart.region r
set province_label_zh = p.label_zh, province_label_en = p.label_en,
    city_code = c.region_code, city_label_zh = c.label_zh, city_label_en = c.label_en
from mart.region t
left join mart.region p on p.region_code = t.province_code
left join mart.region c on c.level = 'city' and c.region_code = case t.level when 'city' then t.region_code else t.parent_code end
where t.region_code = r.region_code;

-- name: fill_units
-- Says of each division in which unit its area lies today, where that is one: a city, or a county directly under a province.
-- The tiles put every unit of Hainan beside its neighbours, with the coast outside and Sansha apart in the south-east.
with tile (unit_code, tile_col, tile_row) as (
    values ('469024', 1, 0), ('469023', 2, 0), ('460100', 3, 0), ('469005', 4, 0),                    -- Lingao Chengmai Haikou Wenchang
           ('460400', 1, 1), ('469022', 2, 1), ('469021', 3, 1), ('469002', 4, 1),                    -- Danzhou Tunchang Ding'an Qionghai
           ('469026', 1, 2), ('469025', 2, 2), ('469030', 3, 2), ('469006', 4, 2),                    -- Changjiang Baisha Qiongzhong Wanning
           ('469007', 0, 3), ('469027', 1, 3), ('469001', 2, 3), ('469029', 3, 3), ('469028', 4, 3),  -- Dongfang Ledong Wuzhishan Baoting Lingshui
           ('460200', 3, 4),                                                                          -- Sanya
           ('460300', 5, 5)                                                                           -- Sansha
), part as (
    select r.region_code, coalesce(q.city_code, q.county_code) as unit_code
    from mart.region r
    cross join lateral unnest(r.became_codes) as b(code)
    join mart.region q on q.region_code = b.code
), unit as (
    select region_code, min(unit_code) as unit_code
    from part
    group by region_code
    having count(distinct unit_code) = 1 and count(*) = count(unit_code)
)
update mart.region r
set unit_code = n.region_code, unit_label_zh = n.label_zh, unit_label_en = n.label_en,
    tile_col = t.tile_col, tile_row = t.tile_row
from unit u
join mart.region n on n.region_code = u.unit_code
left join tile t on t.unit_code = u.unit_code
where r.region_code = u.region_code;

-- name: copy_calendar
-- Takes days in, as COPY.
copy mart.calendar (day, year, quarter, month, month_start, iso_year, iso_week, iso_week_start, weekday, is_weekend,
                    is_working_day, is_public_holiday, is_makeup_day, holiday_zh, holiday_en, is_announced) from stdin;

-- name: insert_product_categories
-- Makes one row per product category; the headings of the Harmonised System say which they come closest to.
with recursive tree as (
    select code, label_zh, label_en, null::text as parent, 1 as level, code as top, label_zh as top_zh, label_en as top_en
    from code.entry
    where list = 'product_category' and parent is null
    union all
    select e.code, e.label_zh, e.label_en, e.parent, t.level + 1, t.top, t.top_zh, t.top_en
    from tree t
    join code.entry e on e.list = 'product_category' and e.parent = t.code
), heading as (
    select substring(close_match from '(?:^| )category:(\S+)') as category, count(*) as headings
    from code.entry
    where list = 'hs' and length(code) = 4
    group by 1
)
insert into mart.product_category (category_code, label_zh, label_en, level, parent_code, top_code, top_label_zh, top_label_en, hs_headings)
select t.code, t.label_zh, t.label_en, t.level, t.parent, t.top, t.top_zh, t.top_en, coalesce(h.headings, 0)
from tree t
left join heading h on h.category = t.code;

-- name: insert_category_headings
-- Makes one row per heading of the Harmonised System that leads to a product category.
insert into mart.category_hs (hs_heading, category_code, label_zh, label_en, valid_from, valid_to)
select code, substring(close_match from '(?:^| )category:(\S+)'), coalesce(label_zh, label_en), label_en, valid_from, valid_to
from code.entry
where list = 'hs' and length(code) = 4 and close_match ~ '(^| )category:';

-- name: insert_countries
-- Makes one row per country or region.
insert into mart.country (country_code, label_zh, label_en, iso2, m49, customs_codes, valid_from, valid_to, is_current, became_codes)
select c.code, c.label_zh, c.label_en, substring(c.same_as from '(?:^| )iso3166:([A-Z]{2})(?: |$)'),
       substring(c.same_as from '(?:^| )un49:([0-9]{3})(?: |$)'),
       array(select distinct g.code from code.entry g where g.list = 'country_gacc' and g.parent = c.code order by 1),
       c.valid_from, c.valid_to, c.valid_to is null,
       case when c.valid_to is null then array[c.code] else coalesce(string_to_array(c.replaced_by, ' '), '{}') end
from code.entry c
where c.list = 'country';

-- name: insert_hazards
-- Makes one row per hazard class and per type within one.
with recursive tree as (
    select code, 'class' as level, label_zh, label_en, null::text as parent, code as class, label_zh as class_zh, label_en as class_en,
           array[code] as path
    from code.entry
    where list = 'hazard_class'
    union all
    select e.code, 'type', e.label_zh, e.label_en, e.parent, t.class, t.class_zh, t.class_en, t.path || e.code
    from tree t
    join code.entry e on e.list = 'hazard_type' and e.parent = t.code
)
insert into mart.hazard (hazard_code, level, label_zh, label_en, parent_code, class_code, class_label_zh, class_label_en, path)
select code, level, label_zh, label_en, parent, class, class_zh, class_en, path
from tree;
