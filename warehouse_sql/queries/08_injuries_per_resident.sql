-- 8. Injuries per 100,000 residents
-- 8. 每十万常住人口伤害数
-- How many injuries per 100,000 residents does each city or county have, with limits?
-- 各市县每十万常住人口有多少起伤害？置信区间如何？
-- Reported injuries, not adjusted for age; the place of the injury, not the home. Population of the nearest published year.
-- 为报送的伤害数，未按年龄标化；按伤害发生地而非常住地统计。人口取最近公布年份。
select r.label_zh as county, r.label_en, p.year, p.events as injuries, p.population, p.population_year,
       round(p.per_100000::numeric, 3) as per_100000, round(p.lower::numeric, 3) as low, round(p.upper::numeric, 3) as high,
       p.is_unstable
from mart.rate_per_population p
left join code.entry r on r.list = 'region' and r.code = p.region_code and r.valid_to is null
where p.record_type = 'injury_case'
order by p.year, p.per_100000 desc nulls last, p.region_code;
