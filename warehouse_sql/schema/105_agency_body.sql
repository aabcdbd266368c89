-- Which body sends the records of a source, in each period between two changes.
-- security_invoker: whoever asks sees what their own rights let them see.
drop view if exists mart.agency_body cascade; -- views over it are made anew by the files that follow
create view mart.agency_body with (security_invoker) as
with named as (
    select s.agency, s.feed, p.record_type, p.acting, p.valid_from, p.valid_to, n.place, p.acting = n.code as is_own,
           min(n.place) filter (where p.acting = n.code) over (partition by s.agency, s.feed, p.record_type, p.valid_from) as first_own
    from ledger.source s
    cross join lateral unnest(s.bodies) with ordinality as n(code, place)
    join code.acting_body p on p.body = n.code and p.record_type = any(string_to_array(s.record_type, ', '))
)
select distinct n.agency, n.feed, n.record_type, n.acting as body, b.label_zh, b.label_en, b.level, n.valid_from, n.valid_to
from named n
join code.body b on b.code = n.acting
where n.first_own is null or (n.is_own and n.place = n.first_own);

comment on view mart.agency_body is 'Body in force that sends the records of a source, by period: join it by event_date 各时期报送数据源的机构，按 event_date 关联';
comment on column mart.agency_body.agency      is 'Agency, as in risk_event 报送单位';
comment on column mart.agency_body.feed        is 'Feed of the agency 报送专题';
comment on column mart.agency_body.record_type is 'Kind of record 记录类型';
comment on column mart.agency_body.body        is 'Body [code.body]; several rows of a period: any of them 机构代码，同期多行为其中之一';
comment on column mart.agency_body.label_zh    is 'Name in Chinese 中文名称';
comment on column mart.agency_body.label_en    is 'Name in English 英文名称';
comment on column mart.agency_body.level       is 'Level [code.entry list agency_level] 层级';
comment on column mart.agency_body.valid_from  is 'First day of the period; null: no earlier change 时期首日，空为此前无变更';
comment on column mart.agency_body.valid_to    is 'First day after the period; null: no later change 时期后一日，空为此后无变更';
