-- What the role that asks may see today.  Policies read it once for a query, never for a row.
-- The day is that of China, whatever zone a session has set.
create or replace view access.visible with (security_invoker) as
select t.record_type, g.agency, g.purpose, g.rank_max
from access.grant g
join access.record_type t on g.record_type in (t.record_type, '*') and t.rank <= g.rank_max
where pg_has_role(to_regrole(g.subject), 'usage')
  and (g.valid_from is null or g.valid_from <= (now() at time zone 'Asia/Shanghai')::date)
  and (g.valid_to is null or g.valid_to > (now() at time zone 'Asia/Shanghai')::date);
comment on view access.visible is 'Agencies and record types whose rows the role that asks may see today; * every agency 当前角色今日可见的单位与记录类型';
comment on column access.visible.record_type is 'Record type 记录类型';
comment on column access.visible.agency      is 'Agency that sent the records; * every one 数据提供单位，* 为全部';
comment on column access.visible.purpose     is 'What for 用途';
comment on column access.visible.rank_max    is 'Most protected class that it lets be opened 最高敏感级别序号';
