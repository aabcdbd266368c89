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
comment on column mart.conflict.is_open is 'Whether they still differ 是否仍不一致';
comment on column mart.conflict.link is 'By which link the two are about the same thing 关联规则';
comment on column mart.conflict.link_zh is 'What the link is called, in Chinese 关联规则中文名称';
comment on column mart.conflict.link_en is 'What the link is called, in English 关联规则英文名称';
comment on column mart.conflict.left_type is 'Record type of the left record 左侧记录类型';
comment on column mart.conflict.left_agency is 'Agency of the left record 左侧记录所属单位';
comment on column mart.conflict.left_feed is 'Feed of the left record 左侧记录所属专题';
comment on column mart.conflict.left_record_no is 'The agency''s number of the left record 左侧记录的原始编号';
comment on column mart.conflict.left_batch is 'Batch that brought the left record as it was then 左侧记录所属批次';
comment on column mart.conflict.right_type is 'Record type of the right record 右侧记录类型';
comment on column mart.conflict.right_agency is 'Agency of the right record 右侧记录所属单位';
comment on column mart.conflict.right_feed is 'Feed of the right record 右侧记录所属专题';
comment on column mart.conflict.right_record_no is 'The agency''s number of the right record 右侧记录的原始编号';
comment on column mart.conflict.right_batch is 'Batch that brought the right record as it was then 右侧记录所属批次';
comment on column mart.conflict.opened_by is 'Batch that brought the disagreement, or link that found it 引发不一致的批次或关联规则';
comment on column mart.conflict.closed_at is 'When they no longer differed so 关闭时间';
comment on column mart.conflict.closed_by is 'Batch, or link, that closed it 使其关闭的批次或规则';
