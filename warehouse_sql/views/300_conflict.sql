-- What two feeds say differently about one thing, with words: the table by which analysts judge how far to trust both.
drop view if exists mart.conflict;
create view mart.conflict with (security_invoker) as
select c.closed_at is null as is_open, c.link, k.label_zh as link_zh, k.label_en as link_en, c.rule, c.thing,
       k.left_type, c.left_agency, c.left_feed, c.left_record_no, c.left_uid, c.left_value, c.left_batch,
       k.right_type, c.right_agency, c.right_feed, c.right_record_no, c.right_uid, c.right_value, c.right_batch,
       c.opened_at, c.opened_by, c.closed_at, c.closed_by, c.outcome
from ledger.conflict c
join ledger.link k using (link);

comment on view mart.conflict is 'What two feeds say differently about the same thing; open ones where is_open 跨来源数据不一致（is_open 为未解决）';
comment on column mart.conflict.thing is 'The values by which the two records were linked 关联键';
comment on column mart.conflict.rule is 'What they must agree on; see standards/links 比对规则';
comment on column mart.conflict.left_uid is 'Joins core.<left_type>.record_uid with left_agency 对应左侧记录';
comment on column mart.conflict.right_uid is 'Joins core.<right_type>.record_uid with right_agency 对应右侧记录';
comment on column mart.conflict.left_value is 'What the left record said; empty when sensitive 左侧取值';
comment on column mart.conflict.right_value is 'What the right record said; empty when sensitive 右侧取值';
comment on column mart.conflict.opened_at is 'Since when the hub knows that they differ 发现时间';
comment on column mart.conflict.outcome is 'agreed, replaced by other values, or ended 关闭原因';
