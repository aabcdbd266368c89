-- Limits of rates, amounts in yuan, goods declared, and the rates themselves.  Formulas: Wilson 1927 for shares; Byar's
-- approximation for counts from 10 on, and the exact limits of Garwood 1936 (code.count_limit) below.
-- Everything is 95 %, two-sided; z = 1.959963984540054.
drop view if exists mart.rate_per_population;
drop view if exists mart.rate_per_declared;
drop view if exists mart.rate;
drop function if exists mart.refresh_exposure(text[], text[], date[]);
drop view if exists mart.money;
drop function if exists mart.wilson(double precision, double precision);
drop function if exists mart.byar(double precision);
drop function if exists mart.cny(numeric, text, date);

create function mart.wilson(x double precision, n double precision, out lower double precision, out upper double precision)
language sql immutable parallel safe as $f$
select case when x = 0 then 0 else (2 * x + z * z - z * root) / (2 * (n + z * z)) end,
       case when x = n then 1 else (2 * x + z * z + z * root) / (2 * (n + z * z)) end
from (values (1.959963984540054::double precision)) q (z)
-- The planner works constants out before it asks for the condition, so what is no count must not break it.
cross join lateral (select sqrt(greatest(z * z + 4 * x * (1 - x / nullif(n, 0)), 0))) r (root)
where n > 0 and x between 0 and n
$f$;
comment on function mart.wilson(double precision, double precision) is 'Limits of the share x of n, Wilson 1927; null unless 0 <= x <= n and n > 0 比例的 Wilson 置信限';

create function mart.byar(x double precision, out lower double precision, out upper double precision)
language sql immutable parallel safe as $f$
select case when x = 0 then 0 else x * (1 - 1 / (9 * above_0) - z / (3 * sqrt(above_0))) ^ 3 end,
       next * (1 - 1 / (9 * next) + z / (3 * sqrt(next))) ^ 3
from (values (1.959963984540054::double precision)) q (z)
cross join lateral (select case when x > 0 then x end, case when x >= 0 then x + 1 end) c (above_0, next)
where x >= 0
$f$;
comment on function mart.byar(double precision) is 'Limits of the count x, Byar; null unless x >= 0 计数的 Byar 置信限';

-- An amount in yuan by the average rate of the year, or why there is none.
create function mart.cny(amount numeric, currency text, day date, out amount_cny numeric, out reason_code text)
language sql stable parallel safe as $f$
select case when currency = 'CNY' then amount else round(amount * r.cny_per_unit, 2) end,
       case when amount is null then 'no_amount' when currency is null then 'no_currency' when currency = 'CNY' then null
            when day is null then 'no_day' when r.cny_per_unit is null then 'no_rate' end
from (select 1) q
left join code.exchange_rate r on r.currency_code = currency and r.year = extract(year from day)::integer
$f$;
comment on function mart.cny(numeric, text, date) is 'An amount in yuan by the average rate of the year of a day, or the reason why there is none: no_amount, no_currency, no_day, no_rate 按年平均汇率折算的人民币金额，或无法折算的原因';

-- Every amount of core that analysts may see, in yuan.  Sensitive amounts (case_transfer.involved_amount) are not here:
-- a view that names a closed column is closed as a whole.
create view mart.money with (security_invoker) as
select m.record_type, m.agency, m.feed, m.record_uid, m.position, m.field, m.event_date, m.amount, m.currency_code,
       c.amount_cny, c.reason_code
from (
    select 'complaint' as record_type, agency, feed, record_uid, null::integer as position, 'claim_amount' as field,
           event_date, claim_amount as amount, claim_currency_code as currency_code
    from core.complaint
    union all
    select 'complaint', agency, feed, record_uid, null, 'refund_amount', event_date, refund_amount, refund_currency_code
    from core.complaint
    union all
    select 'credit_event', agency, feed, record_uid, null, 'arrears_amount', valid_from, arrears_amount, currency_code
    from core.credit_event
    union all
    select 'customs_declaration', t.agency, t.feed, t.record_uid, g.position, 'goods.total_price_amount', t.event_date,
           g.total_price_amount, g.currency_code
    from core.customs_declaration t join core.customs_declaration_goods g using (agency, record_uid)
    union all
    select 'customs_declaration', t.agency, t.feed, t.record_uid, g.position, 'goods.price_amount', t.event_date,
           g.price_amount, g.currency_code
    from core.customs_declaration t join core.customs_declaration_goods g using (agency, record_uid)
    union all
    select 'customs_declaration', t.agency, t.feed, t.record_uid, g.position, 'cost.amount', t.event_date, g.amount,
           g.currency_code
    from core.customs_declaration t join core.customs_declaration_cost g using (agency, record_uid)
    union all
    select 'emergency_incident', agency, feed, record_uid, null, 'onsite_loss_amount', event_date, onsite_loss_amount,
           loss_currency_code
    from core.emergency_incident
    union all
    select 'emergency_incident', agency, feed, record_uid, null, 'offsite_loss_amount', event_date, offsite_loss_amount,
           loss_currency_code
    from core.emergency_incident
    union all
    select 'enterprise', agency, feed, record_uid, null, 'capital_amount', valid_from, capital_amount, capital_currency_code
    from core.enterprise
    union all
    select 'fire_incident', agency, feed, record_uid, null, 'loss_cny', event_date, loss_cny, 'CNY'
    from core.fire_incident
    union all
    select 'fire_incident', agency, feed, record_uid, null, 'loss_amount', event_date, loss_amount, loss_currency_code
    from core.fire_incident
    union all
    select 'litigation_clue', agency, feed, record_uid, null, 'loss_amount', event_date, loss_amount, loss_currency_code
    from core.litigation_clue
    union all
    select 'penalty', agency, feed, record_uid, null, 'fine_amount', event_date, fine_amount, currency_code
    from core.penalty
    union all
    select 'penalty', agency, feed, record_uid, null, 'confiscated_amount', event_date, confiscated_amount, currency_code
    from core.penalty
    union all
    select 'penalty', t.agency, t.feed, t.record_uid, i.position, 'penalty_item.amount', t.event_date, i.amount, t.currency_code
    from core.penalty t join core.penalty_penalty_item i using (agency, record_uid)
    union all
    select 'port_inspection', agency, feed, record_uid, null, 'affected_amount', event_date, affected_amount,
           affected_currency_code
    from core.port_inspection
    union all
    select 'tbt_measure', t.agency, t.feed, t.record_uid, i.position, 'impact.loss_amount', t.event_date, i.loss_amount,
           i.loss_currency_code
    from core.tbt_measure t join core.tbt_measure_impact i using (agency, record_uid)
    union all
    select 'tbt_measure', t.agency, t.feed, t.record_uid, i.position, 'impact.cost_amount', t.event_date, i.cost_amount,
           i.loss_currency_code
    from core.tbt_measure t join core.tbt_measure_impact i using (agency, record_uid)
    union all
    select 'traffic_accident', agency, feed, record_uid, null, 'loss_amount', event_date, loss_amount, loss_currency_code
    from core.traffic_accident
) m
cross join lateral mart.cny(m.amount, m.currency_code, m.event_date) c
where m.amount is not null;
comment on view mart.money is 'Every amount in yuan by the average rate of its year, or the reason why not; what has no amount has no row 各金额按年平均汇率折算人民币，或无法折算的原因（无金额者不列）';
comment on column mart.money.record_type is 'Record type 记录类型';
comment on column mart.money.agency is 'Agency 报送单位';
comment on column mart.money.feed is 'Feed of the agency 报送专题';
comment on column mart.money.record_uid is 'Joins core.<record_type>.record_uid with agency 对应记录标识';
comment on column mart.money.position is 'Item of the list; empty: the record''s own 列表项序号，空为记录本身';
comment on column mart.money.field is 'Column, or list.column 字段，或“列表.字段”';
comment on column mart.money.event_date is 'Day that decides the year of the rate 决定汇率年份的日期';
comment on column mart.money.amount is 'Amount as sent 原币金额';
comment on column mart.money.currency_code is 'Currency as sent, ISO 4217 原币币种';
comment on column mart.money.amount_cny is 'Amount in yuan; empty: see reason_code 折人民币金额，空则见原因';
comment on column mart.money.reason_code is 'Why there is none: no_currency, no_day, no_rate (code.exchange_rate has none for that year) 无法折算的原因：无币种、无日期、无该年汇率';

-- Imports by HS code, origin and month.  A message about another declaration is no import of its own.
create function mart.refresh_exposure(agencies text[], feeds text[], months date[]) returns void language sql as $f$
delete from mart.exposure m using unnest(agencies, feeds, months) as c (agency, feed, month)
where m.agency = c.agency and m.feed = c.feed and m.month is not distinct from c.month;

insert into mart.exposure (agency, feed, month, hs6, origin_country_code, declarations, lines, net_mass_kg, lines_without_mass,
                           value_cny, lines_without_value)
select c.agency, c.feed, c.month, left(g.hs_code, 6), g.origin_country_code, count(distinct t.record_uid), count(*),
       sum(g.net_mass_kg), count(*) filter (where g.net_mass_kg is null), sum(v.amount_cny),
       count(*) filter (where v.amount_cny is null)
from unnest(agencies, feeds, months) as c (agency, feed, month)
join core.customs_declaration t
  on t.agency = c.agency and t.feed = c.feed
 and coalesce(c.month, '-infinity')
     = coalesce(date_trunc('month', coalesce(t.event_date, (t.event_at at time zone 'Asia/Shanghai')::date))::date, '-infinity')
join core.customs_declaration_goods g on g.agency = t.agency and g.record_uid = t.record_uid
cross join lateral mart.cny(g.total_price_amount, g.currency_code, t.event_date) v
where t.ie_flag_code = 'I' and length(g.hs_code) >= 6
  and (t.event_date is null or t.event_date between (select min(m) from unnest(months) m)
                                             and (select max(m) + interval '1 month' from unnest(months) m))
  and not exists (select from core.customs_declaration_link l
                  where l.agency = t.agency and l.record_uid = t.record_uid and l.target_record_type = 'customs_declaration')
group by 1, 2, 3, 4, 5
$f$;
comment on function mart.refresh_exposure(text[], text[], date[]) is 'Makes mart.exposure anew for sources and months 按来源和月份刷新 mart.exposure';

-- How often what was tested failed.  The share among targeted samples is no prevalence, so why a sample was taken stays
-- in the key.  What is pending, not judged or not done is in no number.
create view mart.rate with (security_invoker) as
with tested as (
    select 'port_inspection' as record_type, t.agency, t.feed, extract(year from t.event_date)::integer as year,
           t.region_code, t.insp_type_code as selection_code, p.category_code, left(p.hs_code, 4) as hs4,
           p.origin_country_code, t.result_code in ('fail', 'pass_after_treatment') as is_failed
    from core.port_inspection t
    left join core.port_inspection_product p on p.agency = t.agency and p.record_uid = t.record_uid and p.position = 0
    where t.result_code in ('pass', 'fail', 'pass_after_treatment')
    union all
    select 'market_sampling', t.agency, t.feed, extract(year from t.event_date)::integer, t.region_code,
           t.sampling_category_code, p.category_code, left(p.hs_code, 4), p.origin_country_code,
           t.verdict_code in ('fail', 'problem')
    from core.market_sampling t
    left join core.market_sampling_product p on p.agency = t.agency and p.record_uid = t.record_uid and p.position = 0
    where t.verdict_code in ('pass', 'fail', 'problem')
    union all
    select 'lab_test_result', t.agency, t.feed, extract(year from t.event_date)::integer, t.region_code, t.reason_code,
           p.category_code, left(p.hs_code, 4), p.origin_country_code, t.verdict_code in ('fail', 'problem')
    from core.lab_test_result t
    left join core.lab_test_result_product p on p.agency = t.agency and p.record_uid = t.record_uid and p.position = 0
    where t.verdict_code in ('pass', 'fail', 'problem')
), counted as (
    select record_type, agency, feed, year, region_code, selection_code, category_code, hs4, origin_country_code,
           count(*) filter (where is_failed) as failed, count(*) as tested
    from tested
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9
)
select c.record_type, c.agency, c.feed, c.year, c.region_code, c.selection_code, c.category_code, c.hs4,
       c.origin_country_code, c.failed, c.tested, c.failed::double precision / c.tested as failed_share, w.lower, w.upper,
       'wilson' as method, v.cv, c.tested < 20 or v.cv is null or v.cv > 0.33 as is_unstable
from counted c
cross join lateral mart.wilson(c.failed, c.tested) w
cross join lateral (
    select case when c.failed > 0 then sqrt((1 - c.failed::double precision / c.tested) / c.failed) end as cv) v;
comment on view mart.rate is 'Share of tested goods that failed, with limits; a share among targeted samples is no prevalence 检验不合格率及 95% 置信限（针对性抽样的比例不代表总体）';
comment on column mart.rate.record_type is 'Record type of the tests 检验的记录类型';
comment on column mart.rate.agency is 'Agency 报送单位';
comment on column mart.rate.feed is 'Feed of the agency 报送专题';
comment on column mart.rate.year is 'Year of the test 年份';
comment on column mart.rate.region_code is 'GB/T 2260 code as sent 行政区划代码';
comment on column mart.rate.selection_code is 'Why it was tested: sampling category, type of inspection or reason of the test 抽样类别、检验类型或检测事由';
comment on column mart.rate.category_code is 'Product category of the first product 产品类别（首项）';
comment on column mart.rate.hs4 is 'HS heading of the first product 品目（首项）';
comment on column mart.rate.origin_country_code is 'Origin of the first product 原产国（首项）';
comment on column mart.rate.failed is 'How many failed; passed after treatment counts as failed 不合格数（处理后合格计入）';
comment on column mart.rate.tested is 'How many were judged 已判定数';
comment on column mart.rate.failed_share is 'failed / tested 不合格率';
comment on column mart.rate.lower is 'Lower 95 % limit 置信下限';
comment on column mart.rate.upper is 'Upper 95 % limit 置信上限';
comment on column mart.rate.method is 'Formula of the limits 置信限公式';
comment on column mart.rate.cv is 'Coefficient of variation of the share; empty: none failed 变异系数，空为无不合格';
comment on column mart.rate.is_unstable is 'Fewer than 20 tested, none failed, or CV over 33 %: not for comparison 样本少于 20、无不合格或变异系数超过 33%，不宜比较';

-- Failed imports per 1 000 declared lines and per 1 000 t, by heading, origin and year.  Imports are not what is on the
-- market, so this is no incidence.
create view mart.rate_per_declared with (security_invoker) as
with part as (
    select extract(year from t.event_date)::integer as year, left(p.hs_code, 4) as hs4, p.origin_country_code,
           count(distinct (t.agency, t.record_uid)) as failed, 0 as lines, null::numeric as net_mass_kg, 0 as lines_without_mass
    from core.port_inspection t
    join core.port_inspection_product p on p.agency = t.agency and p.record_uid = t.record_uid
    where t.result_code in ('fail', 'pass_after_treatment') and coalesce(t.ie_flag_code, 'I') = 'I' and length(p.hs_code) >= 4
    group by 1, 2, 3
    union all
    select extract(year from month)::integer, hs4, origin_country_code, 0, sum(lines), sum(net_mass_kg), sum(lines_without_mass)
    from mart.exposure
    group by 1, 2, 3
), cell as (
    select year, hs4, origin_country_code, sum(failed)::bigint as failed, sum(lines)::bigint as lines,
           sum(net_mass_kg) as net_mass_kg, sum(lines_without_mass)::bigint as lines_without_mass
    from part
    group by 1, 2, 3
)
select c.year, c.hs4, c.origin_country_code, c.failed, c.lines, c.net_mass_kg, c.lines_without_mass,
       1000 * c.failed / nullif(c.lines, 0)::double precision as per_1000_lines,
       1000 * i.lower / nullif(c.lines, 0) as lines_lower, 1000 * i.upper / nullif(c.lines, 0) as lines_upper,
       1e6 * c.failed / m.net_mass_kg as per_1000_t, 1e6 * i.lower / m.net_mass_kg as t_lower, 1e6 * i.upper / m.net_mass_kg as t_upper,
       case when c.failed < 10 then 'garwood' else 'byar' end as method, v.cv,
       c.failed < 20 or v.cv > 0.33 as is_unstable,
       case when c.lines = 0 then 'not_declared' when c.lines_without_mass > 0 then 'mass_incomplete' end as reason_code
from cell c
left join code.count_limit g on g.count = c.failed
cross join lateral mart.byar(c.failed) b
cross join lateral (select coalesce(g.lower, b.lower) as lower, coalesce(g.upper, b.upper) as upper) i
cross join lateral (select case when c.failed > 0 then 1 / sqrt(c.failed) end as cv) v
cross join lateral (
    select case when c.lines_without_mass = 0 then nullif(c.net_mass_kg, 0)::double precision end as net_mass_kg) m;
comment on view mart.rate_per_declared is 'Failed import inspections per declared goods, with limits; no incidence, as imports are not what is on the market 每千项（千吨）申报货物的检验不合格数及置信限（非发生率）';
comment on column mart.rate_per_declared.year is 'Year of inspection, and of declaration 年份';
comment on column mart.rate_per_declared.hs4 is 'HS heading 品目';
comment on column mart.rate_per_declared.origin_country_code is 'Country of origin 原产国（地区）';
comment on column mart.rate_per_declared.failed is 'Inspections of imports that failed, also those passed after treatment 进口检验不合格数（含处理后合格）';
comment on column mart.rate_per_declared.lines is 'Lines declared for import 进口申报商品项数';
comment on column mart.rate_per_declared.net_mass_kg is 'Net mass of the lines that state one 净重合计';
comment on column mart.rate_per_declared.lines_without_mass is 'Lines without a net mass 未申报净重的商品项数';
comment on column mart.rate_per_declared.per_1000_lines is 'failed per 1 000 lines 每千项不合格数';
comment on column mart.rate_per_declared.lines_lower is 'Lower 95 % limit of that 置信下限';
comment on column mart.rate_per_declared.lines_upper is 'Upper 95 % limit of that 置信上限';
comment on column mart.rate_per_declared.per_1000_t is 'failed per 1 000 t; empty where the mass is not complete 每千吨不合格数，净重不全时为空';
comment on column mart.rate_per_declared.t_lower is 'Lower 95 % limit of that 置信下限';
comment on column mart.rate_per_declared.t_upper is 'Upper 95 % limit of that 置信上限';
comment on column mart.rate_per_declared.method is 'Formula of the limits: garwood below 10, else byar 置信限公式';
comment on column mart.rate_per_declared.cv is 'Coefficient of variation of the count; empty: none 变异系数，空为零计数';
comment on column mart.rate_per_declared.is_unstable is 'Fewer than 20 failed, or CV over 33 %: not for comparison 不合格数少于 20 或变异系数超过 33%，不宜比较';
comment on column mart.rate_per_declared.reason_code is 'Why a rate is empty: not_declared, mass_incomplete 比率为空的原因：无申报、净重不全';

-- Events per 100 000 residents of a county of Hainan.  Population is that of the nearest published year, at most five
-- years away; age is not adjusted for.
create view mart.rate_per_population with (security_invoker) as
with event as (
    select record_type, region_code, month as day, records as events
    from mart.region_month
    where record_type in ('injury_case', 'foodborne_case', 'traffic_accident', 'complaint')
    union all
    select record_type, region_code, event_date, events from mart.region_day where record_type = 'fire_incident'
), counted as (
    select e.record_type, u.unit_code, extract(year from e.day)::integer as year, sum(e.events)::bigint as events
    from event e
    join mart.hainan_unit u using (region_code)
    where e.day is not null
    group by 1, 2, 3
)
select c.record_type, c.unit_code as region_code, c.year, c.events, p.population, p.year as population_year,
       1e5 * c.events / p.population as per_100000, 1e5 * i.lower / p.population as lower, 1e5 * i.upper / p.population as upper,
       case when c.events < 10 then 'garwood' else 'byar' end as method, 1 / sqrt(c.events) as cv,
       c.events < 20 or 1 / sqrt(c.events) > 0.33 as is_unstable,
       case when p.population is null then 'no_population' end as reason_code
from counted c
left join lateral (
    select population, year from code.population o
    where o.region_code = c.unit_code and abs(o.year - c.year) <= 5
    order by abs(o.year - c.year), o.kind
    limit 1
) p on true
left join code.count_limit g on g.count = c.events
cross join lateral mart.byar(c.events) b
cross join lateral (select coalesce(g.lower, b.lower) as lower, coalesce(g.upper, b.upper) as upper) i;
comment on view mart.rate_per_population is 'Events per 100 000 residents of a county of Hainan, with limits; not adjusted for age 海南各市县每十万常住人口的事件数及置信限（未按年龄标化）';
comment on column mart.rate_per_population.record_type is 'Kind of event 记录类型';
comment on column mart.rate_per_population.region_code is 'County or city of today 现行市县代码';
comment on column mart.rate_per_population.year is 'Year of the events 年份';
comment on column mart.rate_per_population.events is 'Events; false alarms of fire are none 事件数（不含火灾误报）';
comment on column mart.rate_per_population.population is 'Residents by code.population; empty: none is known within five years 常住人口，空为五年内无数据';
comment on column mart.rate_per_population.population_year is 'Year of that figure 人口数据年份';
comment on column mart.rate_per_population.per_100000 is 'Events per 100 000 residents 每十万人事件数';
comment on column mart.rate_per_population.lower is 'Lower 95 % limit 置信下限';
comment on column mart.rate_per_population.upper is 'Upper 95 % limit 置信上限';
comment on column mart.rate_per_population.method is 'Formula of the limits: garwood below 10, else byar 置信限公式';
comment on column mart.rate_per_population.cv is 'Coefficient of variation of the count 变异系数';
comment on column mart.rate_per_population.is_unstable is 'Fewer than 20 events, or CV over 33 %: not for comparison 事件少于 20 或变异系数超过 33%，不宜比较';
comment on column mart.rate_per_population.reason_code is 'Why there is no rate: no_population 无比率的原因：无人口数据';
