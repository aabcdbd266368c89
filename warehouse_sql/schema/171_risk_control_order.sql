-- Control orders of the ports, one row an order.  An order stops to hold when it ends or is taken back.
drop view if exists mart.risk_control_scope;
drop view if exists mart.risk_control_order;
create view mart.risk_control_order with (security_invoker) as
select o.agency, o.feed, o.record_uid, o.order_no, o.title, o.ie_flag_code, o.action_code, a.label_zh as action_zh,
       a.label_en as action_en, o.action_text, o.sampling_rate, o.reason_code, r.label_zh as reason_zh, r.label_en as reason_en,
       o.reason_text, o.risk_level_code, o.hazard_class_code, o.hazard_type_code, o.is_automatic, o.issued_by_text, o.valid_from,
       o.valid_to, o.revoked_date,
       o.valid_from <= current_date and coalesce(least(o.valid_to, o.revoked_date), 'infinity') > current_date as is_in_force,
       o.hit_count, o.inspected_count, o.found_count,
       round(o.found_count::numeric / nullif(o.inspected_count, 0), 4) as found_rate, s.scope_count, s.hs_codes, s.origins,
       o.batch_id, o.received_at, o.recorded_from
from core.risk_control_order o
left join code.entry a on a.list = 'control_action' and a.code = o.action_code
left join code.entry r on r.list = 'control_reason' and r.code = o.reason_code
left join lateral (
    select count(*) as scope_count, array_agg(distinct hs_code) filter (where hs_code is not null) as hs_codes,
           array_agg(distinct origin_country_code) filter (where origin_country_code is not null) as origins
    from core.risk_control_order_scope
    where agency = o.agency and record_uid = o.record_uid
) s on true;

comment on view mart.risk_control_order is 'Control orders of the ports, one row an order 口岸布控指令，每条指令一行';
comment on column mart.risk_control_order.agency is 'Agency that reported it 报送单位';
comment on column mart.risk_control_order.feed is 'Feed of the agency 报送专题';
comment on column mart.risk_control_order.record_uid is 'Identity of the record in the hub 记录唯一标识';
comment on column mart.risk_control_order.order_no is 'Number of the order 指令编号';
comment on column mart.risk_control_order.title is 'Title 指令名称';
comment on column mart.risk_control_order.ie_flag_code is 'I imports, E exports; empty: both 进出口标志（空为均适用）';
comment on column mart.risk_control_order.action_code is 'What is done with goods that it hits 布控要求代码';
comment on column mart.risk_control_order.action_zh is 'The action, in Chinese 布控要求';
comment on column mart.risk_control_order.action_en is 'The action, in English 布控要求（英文）';
comment on column mart.risk_control_order.action_text is 'The action as written 布控要求原文';
comment on column mart.risk_control_order.sampling_rate is 'Share of the goods hit on which it is carried out, 0 to 1 抽查比例';
comment on column mart.risk_control_order.reason_code is 'Why the order was given 布控原因代码';
comment on column mart.risk_control_order.reason_zh is 'The reason, in Chinese 布控原因';
comment on column mart.risk_control_order.reason_en is 'The reason, in English 布控原因（英文）';
comment on column mart.risk_control_order.reason_text is 'The reason as written 布控原因原文';
comment on column mart.risk_control_order.risk_level_code is 'How great the risk is 风险等级';
comment on column mart.risk_control_order.hazard_class_code is 'Class of the hazard that it is against 危害类别';
comment on column mart.risk_control_order.hazard_type_code is 'Type of that hazard 危害类型';
comment on column mart.risk_control_order.is_automatic is 'Whether a system gave it by its rules 是否系统布控';
comment on column mart.risk_control_order.issued_by_text is 'Who gave the order 下达机构';
comment on column mart.risk_control_order.valid_from is 'First day on which it holds 生效日期';
comment on column mart.risk_control_order.valid_to is 'First day on which it no longer does; empty: no end is set 失效日期（空为未设期限）';
comment on column mart.risk_control_order.revoked_date is 'Day on which it was taken back 撤销日期';
comment on column mart.risk_control_order.is_in_force is 'Whether it holds today 当前是否有效';
comment on column mart.risk_control_order.hit_count is 'Declarations that it has hit 命中票数';
comment on column mart.risk_control_order.inspected_count is 'Those on which the action was carried out 查验票数';
comment on column mart.risk_control_order.found_count is 'Those in which something was wrong 查发票数';
comment on column mart.risk_control_order.found_rate is 'Share found of those examined, 0 to 1 查发率';
comment on column mart.risk_control_order.scope_count is 'Items of its scope; see mart.risk_control_scope 布控范围项数';
comment on column mart.risk_control_order.hs_codes is 'Commodity codes of its scope, or their first digits 布控的商品编码或其前几位';
comment on column mart.risk_control_order.origins is 'Countries of origin of its scope 布控的原产国（地区）';
comment on column mart.risk_control_order.batch_id is 'Batch that brought it; see ledger.batch 所属批次';
comment on column mart.risk_control_order.received_at is 'When the hub received it 平台接收时间';
comment on column mart.risk_control_order.recorded_from is 'When the hub loaded this version 本版本入库时间';

-- What control orders are about, one row an item: goods are hit if all that the item says is true of them.
create view mart.risk_control_scope with (security_invoker) as
select o.agency, o.feed, o.record_uid, o.order_no, o.action_code, o.action_zh, o.action_en, o.valid_from, o.valid_to,
       o.is_in_force, s.scope_no, s.hs_code, s.category_code, s.product_text, s.origin_country_code, s.party_name, s.uscc,
       s.foreign_reg_no, s.batch_lot, s.customs_office_code, s.sales_channel_code
from mart.risk_control_order o
join core.risk_control_order_scope s on s.agency = o.agency and s.record_uid = o.record_uid;

comment on view mart.risk_control_scope is 'Scope of control orders, one row an item 布控范围，每项一行';
comment on column mart.risk_control_scope.agency is 'Agency that reported it 报送单位';
comment on column mart.risk_control_scope.feed is 'Feed of the agency 报送专题';
comment on column mart.risk_control_scope.record_uid is 'The order; joins mart.risk_control_order 指令的记录标识';
comment on column mart.risk_control_scope.order_no is 'Number of the order 指令编号';
comment on column mart.risk_control_scope.action_code is 'What is done with goods that it hits 布控要求代码';
comment on column mart.risk_control_scope.action_zh is 'The action, in Chinese 布控要求';
comment on column mart.risk_control_scope.action_en is 'The action, in English 布控要求（英文）';
comment on column mart.risk_control_scope.valid_from is 'First day on which the order holds 生效日期';
comment on column mart.risk_control_scope.valid_to is 'First day on which it no longer does 失效日期';
comment on column mart.risk_control_scope.is_in_force is 'Whether the order holds today 当前是否有效';
comment on column mart.risk_control_scope.scope_no is 'Number of the item 序号';
comment on column mart.risk_control_scope.hs_code is 'Commodity code, or its first digits; joins with starts_with(code, hs_code) 商品编码或其前几位';
comment on column mart.risk_control_scope.category_code is 'Category of the product 产品类别';
comment on column mart.risk_control_scope.product_text is 'Product in words 商品名称';
comment on column mart.risk_control_scope.origin_country_code is 'Country of origin 原产国（地区）';
comment on column mart.risk_control_scope.party_name is 'Enterprise 企业名称';
comment on column mart.risk_control_scope.uscc is 'The enterprise''s unified social credit code; joins mart.enterprise 统一社会信用代码';
comment on column mart.risk_control_scope.foreign_reg_no is 'Number under which a producer abroad is registered 境外企业注册编号';
comment on column mart.risk_control_scope.batch_lot is 'Batch 批号';
comment on column mart.risk_control_scope.customs_office_code is 'Customs office at which it holds 关区';
comment on column mart.risk_control_scope.sales_channel_code is 'Way on which the goods come in 贸易渠道';
