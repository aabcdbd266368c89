-- Which of the 19 cities and counties of Hainan of today a code of GB/T 2260 belongs to, old codes too: an ended code goes
-- to what replaced it, a district to its city.
drop view if exists mart.rate_per_population;
drop view if exists mart.coverage;
drop view if exists mart.hainan_unit;
create view mart.hainan_unit with (security_invoker) as
with recursive division as (  -- a code that was used twice is what it was last
    select distinct on (code) code, label_zh, label_en, parent, valid_to, replaced_by
    from code.entry
    where list = 'region' and starts_with(code, '46')
    order by code, valid_to desc nulls first
), unit as (
    select code, label_zh, label_en from division
    where parent in ('460000', '469000') and valid_to is null and code <> '469000'
), step as (
    select d.code as region_code, d.code as at, 0 as steps from division d
    union all
    select s.region_code, coalesce(d.replaced_by, d.parent), s.steps + 1
    from step s
    join division d on d.code = s.at
    where s.at not in (select code from unit) and coalesce(d.replaced_by, d.parent) is not null and s.steps < 9
)
select s.region_code, u.code as unit_code, u.label_zh as unit_zh, u.label_en as unit_en
from step s
join unit u on u.code = s.at;
comment on view mart.hainan_unit is 'The city or county of Hainan of today that a division belongs to 区划代码所属的海南省现行市县';
comment on column mart.hainan_unit.region_code is 'GB/T 2260 code, of today or of earlier 区划代码（含历史代码）';
comment on column mart.hainan_unit.unit_code is 'One of the 19 cities and counties 市县代码';
comment on column mart.hainan_unit.unit_zh is 'Its name in Chinese 市县名称';
comment on column mart.hainan_unit.unit_en is 'Its name in English 市县英文名称';
