-- Technical trade measures, one row a notification; an addendum names the notification that it follows.
drop view if exists mart.tbt_measure;
create view mart.tbt_measure with (security_invoker) as
select m.agency, m.feed, m.record_uid, m.notif_no, f.follows_no, m.country_code, m.member_text, m.title, m.kind_code,
       k.label_zh as kind_zh, k.label_en as kind_en, m.status_code, s.label_zh as status_zh, s.label_en as status_en, m.is_urgent,
       m.notified_date, m.comment_deadline_date, m.adopted_date, m.effective_date,
       coalesce(m.comment_deadline_date >= current_date, false) as is_open_for_comments,
       o.objectives, p.hs_codes, p.categories, i.enterprise_count, i.loss_cny, i.cost_cny, i.other_currency_count, m.url,
       m.batch_id, m.received_at, m.recorded_from
from core.tbt_measure m
left join code.entry k on k.list = 'tbt_kind' and k.code = m.kind_code
left join code.entry s on s.list = 'tbt_status' and s.code = m.status_code
left join lateral (
    select min(target_no) as follows_no
    from core.tbt_measure_link
    where agency = m.agency and record_uid = m.record_uid and relation_code = 'follows' and target_record_type = 'tbt_measure'
) f on true
left join lateral (
    select array_agg(distinct objective_code) filter (where objective_code is not null) as objectives
    from core.tbt_measure_objective
    where agency = m.agency and record_uid = m.record_uid
) o on true
left join lateral (
    select array_agg(distinct hs_code) filter (where hs_code is not null) as hs_codes,
           array_agg(distinct category_code) filter (where category_code is not null) as categories
    from core.tbt_measure_product
    where agency = m.agency and record_uid = m.record_uid
) p on true
left join lateral (
    select count(*) as enterprise_count, sum(loss_amount) filter (where loss_currency_code = 'CNY') as loss_cny,
           sum(cost_amount) filter (where loss_currency_code = 'CNY') as cost_cny,
           count(*) filter (where loss_currency_code <> 'CNY') as other_currency_count
    from core.tbt_measure_impact
    where agency = m.agency and record_uid = m.record_uid
) i on true;

comment on view mart.tbt_measure is 'Technical trade measures and what they cost, one row a notification 技术性贸易措施及其影响，每件通报一行';
comment on column mart.tbt_measure.agency is 'Agency that reported it 报送单位';
comment on column mart.tbt_measure.feed is 'Feed of the agency 报送专题';
comment on column mart.tbt_measure.record_uid is 'Identity of the record in the hub 记录唯一标识';
comment on column mart.tbt_measure.notif_no is 'Number of the notification 通报编号';
comment on column mart.tbt_measure.follows_no is 'Of an addendum: the notification that it follows 补遗、修订或勘误所对应的通报编号';
comment on column mart.tbt_measure.country_code is 'Member that notified it; empty for a union of countries 通报成员代码（国家联盟为空）';
comment on column mart.tbt_measure.member_text is 'Member as written 通报成员';
comment on column mart.tbt_measure.title is 'Title 措施名称';
comment on column mart.tbt_measure.kind_code is 'Kind of measure 措施类型代码';
comment on column mart.tbt_measure.kind_zh is 'Kind, in Chinese 措施类型';
comment on column mart.tbt_measure.kind_en is 'Kind, in English 措施类型（英文）';
comment on column mart.tbt_measure.status_code is 'How far it is 措施状态代码';
comment on column mart.tbt_measure.status_zh is 'How far it is, in Chinese 措施状态';
comment on column mart.tbt_measure.status_en is 'How far it is, in English 措施状态（英文）';
comment on column mart.tbt_measure.is_urgent is 'Whether it was notified as urgent 是否紧急通报';
comment on column mart.tbt_measure.notified_date is 'Day of the notification 通报日期';
comment on column mart.tbt_measure.comment_deadline_date is 'Last day for comments 评议截止日期';
comment on column mart.tbt_measure.adopted_date is 'Day on which it is adopted 批准日期';
comment on column mart.tbt_measure.effective_date is 'Day from which it holds 生效日期';
comment on column mart.tbt_measure.is_open_for_comments is 'Whether comments are still taken 是否仍可评议';
comment on column mart.tbt_measure.objectives is 'Objectives 目标和理由';
comment on column mart.tbt_measure.hs_codes is 'Commodity codes of the products, or their first digits 涉及产品的商品编码或其前几位';
comment on column mart.tbt_measure.categories is 'Categories of the products 涉及产品的类别';
comment on column mart.tbt_measure.enterprise_count is 'Enterprises that were asked 被调查企业数';
comment on column mart.tbt_measure.loss_cny is 'Sum of the losses stated in yuan 以人民币填报的损失合计';
comment on column mart.tbt_measure.cost_cny is 'Sum of the extra costs stated in yuan 以人民币填报的新增成本合计';
comment on column mart.tbt_measure.other_currency_count is 'Enterprises whose amounts are in another currency and in no sum 以其他币种填报、未计入合计的企业数';
comment on column mart.tbt_measure.url is 'Where the text can be read 措施原文网址';
comment on column mart.tbt_measure.batch_id is 'Batch that brought it; see ledger.batch 所属批次';
comment on column mart.tbt_measure.received_at is 'When the hub received it 平台接收时间';
comment on column mart.tbt_measure.recorded_from is 'When the hub loaded this version 本版本入库时间';
