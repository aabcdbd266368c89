-- Who sends: one row per agency, with the bodies of the register behind it, what these were before and became since.
-- security_invoker: whoever asks sees what their own rights let them see.
drop view if exists mart.agency cascade; -- views over it are made anew by the files that follow
create view mart.agency with (security_invoker) as
with recursive sent as (
    select s.agency, array_agg(distinct s.feed order by s.feed) as feeds,
           array_agg(distinct t.name order by t.name) as record_types
    from ledger.source s
    cross join lateral unnest(string_to_array(s.record_type, ', ')) as t(name)
    group by s.agency
), body as (
    select distinct s.agency, b.code
    from ledger.source s
    cross join lateral unnest(s.bodies) as b(code)
), before (agency, code) as (
    select agency, code from body
    union
    select b.agency, s.predecessor from before b join code.body_succession s on s.successor = b.code
), after (agency, code) as (
    select agency, code from body
    union
    select a.agency, s.successor from after a join code.body_succession s on s.predecessor = a.code
)
select g.agency, g.name_zh as label_zh, g.name_en as label_en, g.language,
       coalesce(s.feeds, '{}') as feeds, coalesce(s.record_types, '{}') as record_types,
       array(select b.code from body b where b.agency = g.agency order by 1) as bodies,
       array(select distinct f.body from mart.agency_body f where f.agency = g.agency and f.valid_to is null order by 1) as acting_bodies,
       array(select b.code from before b where b.agency = g.agency except select o.code from body o where o.agency = g.agency order by 1)
           as predecessors,
       array(select a.code from after a where a.agency = g.agency except select o.code from body o where o.agency = g.agency order by 1)
           as successors
from ledger.agency g
left join sent s on s.agency = g.agency;

comment on view mart.agency is 'Agencies, with the bodies behind them; join agency, and mart.agency_body for the body of a day 报送单位及其机构沿革，按 agency 关联';
comment on column mart.agency.agency        is 'Agency; join core and mart agency 报送单位';
comment on column mart.agency.label_zh      is 'Name in Chinese 中文名称';
comment on column mart.agency.label_en      is 'Name in English 英文名称';
comment on column mart.agency.language      is 'Language that it is answered in 沟通语言';
comment on column mart.agency.feeds         is 'What it sends: its feeds 报送专题';
comment on column mart.agency.record_types  is 'Record types of these 报送的记录类型';
comment on column mart.agency.bodies        is 'Bodies of the register that its sources name [code.body] 数据源所列机构';
comment on column mart.agency.acting_bodies is 'Bodies that stand in their place today [code.body] 现行履职机构';
comment on column mart.agency.predecessors  is 'Bodies that they came from, at any remove [code.body] 前身机构';
comment on column mart.agency.successors    is 'Bodies that they became, at any remove [code.body] 后继机构';
