-- 21. Where it happens
-- 21. 发生在哪里
-- Where in Hainan do fires, injuries and failed samples come together?
-- 火灾、伤害与不合格抽检在海南哪些市县同时出现？
-- Counts events; a rate needs the population of the county.
-- 统计的是事件数；计算发生率还需要市县人口。
select r.label_zh as county, r.label_en,
       coalesce(sum(e.events) filter (where e.record_type = 'fire_incident'), 0)   as fires,
       coalesce(sum(e.events) filter (where e.record_type = 'injury_case'), 0)     as injuries,
       coalesce(sum(e.events) filter (where e.record_type = 'market_sampling'), 0) as failed_samples,
       sum(e.death_count)                                                          as deaths
from mart.region_day e
join code.entry r on r.list = 'region' and r.code = e.region_code
                 and e.event_date >= coalesce(r.valid_from, date '0001-01-01')
                 and e.event_date < coalesce(r.valid_to, date '9999-01-01')
where e.region_code like '46%'
group by 1, 2
order by sum(e.events) desc, 1
limit 8;
