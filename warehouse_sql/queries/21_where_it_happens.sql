-- 21. Where it happens
-- 21. 发生在哪里
-- Where in Hainan do fires, injuries and failed samples come together?
-- 火灾、伤害与不合格抽检在海南哪些市县同时出现？
-- Counts events; a rate needs the population of the county.
-- 统计的是事件数；计算发生率还需要市县人口。
select r.label_zh as county, r.label_en,
       count(*) filter (where e.record_type = 'fire_incident')   as fires,
       count(*) filter (where e.record_type = 'injury_case')     as injuries,
       count(*) filter (where e.record_type = 'market_sampling') as failed_samples,
       coalesce(sum(e.death_count), 0)                           as deaths
from mart.risk_event e
join code.entry r on r.list = 'region' and r.code = e.region_code
                 and coalesce(e.event_date, e.event_at::date) >= coalesce(r.valid_from, date '0001-01-01')
                 and coalesce(e.event_date, e.event_at::date) < coalesce(r.valid_to, date '9999-01-01')
where e.region_code like '46%'
group by 1, 2
order by count(*) desc, 1
limit 8;
