-- Monitoring tasks, one row a task, with the plan that each belongs to and the results that name it.  A task belongs to the
-- plan that lists it, else to the plan of that number which was in force on the day on which the task was given.
drop view if exists mart.monitoring_plan;
drop view if exists mart.monitoring_task;
create view mart.monitoring_task with (security_invoker) as
select t.agency, t.feed, t.record_uid, t.task_no, t.plan_no, p.record_uid as plan_record_uid, p.title as plan_title,
       p.plan_year, t.title, t.agency_text, t.region_code, t.sampling_link_code, t.valid_from, t.due_date, t.status_code,
       s.label_zh as status_zh, s.label_en as status_en, t.target_count, t.done_count, t.fail_count,
       round(t.done_count::numeric / nullif(t.target_count, 0), 4) as done_rate,
       round(t.fail_count::numeric / nullif(t.done_count, 0), 4) as fail_rate,
       coalesce(t.due_date < current_date and t.status_code is distinct from 'stopped'
                and coalesce(t.done_count, 0) < t.target_count, false) as is_overdue,
       coalesce(h.most_done_count > t.done_count, false) as is_done_lower,
       coalesce(r.result_count, 0) as result_count, coalesce(r.result_fail_count, 0) as result_fail_count,
       t.batch_id, t.received_at, t.recorded_from
from core.monitoring_task t
left join code.entry s on s.list = 'task_status' and s.code = t.status_code
left join lateral (
    select c.record_uid, c.title, c.plan_year
    from core.monitoring_plan c
    left join core.monitoring_plan_task i on i.agency = c.agency and i.record_uid = c.record_uid and i.task_no = t.task_no
    where c.agency = t.agency and c.plan_no = t.plan_no
      and (i.task_no is not null or (c.valid_from <= t.valid_from and coalesce(c.valid_to, 'infinity') > t.valid_from))
    order by i.task_no is null, c.valid_from desc, c.record_uid
    limit 1
) p on true
left join lateral (
    select max(done_count) as most_done_count
    from history.monitoring_task
    where agency = t.agency and record_uid = t.record_uid
) h on true
left join lateral (
    select count(*) as result_count, count(*) filter (where verdict_code = 'fail') as result_fail_count
    from (
        select m.verdict_code
        from core.market_sampling_link l
        join core.market_sampling m on m.agency = l.agency and m.record_uid = l.record_uid
        where l.target_record_type = 'monitoring_task' and l.target_no = t.task_no
        union all
        select m.verdict_code
        from core.lab_test_result_link l
        join core.lab_test_result m on m.agency = l.agency and m.record_uid = l.record_uid
        where l.target_record_type = 'monitoring_task' and l.target_no = t.task_no
    ) found
) r on true;

comment on view mart.monitoring_task is 'Monitoring tasks with their plan and results, one row a task 监测任务及其计划和检验结果，每项任务一行';
comment on column mart.monitoring_task.agency is 'Agency that reported it 报送单位';
comment on column mart.monitoring_task.feed is 'Feed of the agency 报送专题';
comment on column mart.monitoring_task.record_uid is 'Identity of the record in the hub 记录唯一标识';
comment on column mart.monitoring_task.task_no is 'Number of the task 任务编号';
comment on column mart.monitoring_task.plan_no is 'Number of the plan that the task names 计划编号';
comment on column mart.monitoring_task.plan_record_uid is 'The plan; joins mart.monitoring_plan; empty: no such plan is loaded 所属计划的记录标识（空为未收到计划）';
comment on column mart.monitoring_task.plan_title is 'Title of the plan 计划名称';
comment on column mart.monitoring_task.plan_year is 'Year of the plan 计划年度';
comment on column mart.monitoring_task.title is 'Title of the task 任务名称';
comment on column mart.monitoring_task.agency_text is 'Who carries it out 承担单位';
comment on column mart.monitoring_task.region_code is 'GB/T 2260 code 行政区划代码';
comment on column mart.monitoring_task.sampling_link_code is 'Where in the supply chain the samples are taken 抽样环节';
comment on column mart.monitoring_task.valid_from is 'Day on which the task was given 下达日期';
comment on column mart.monitoring_task.due_date is 'Last day for it 完成时限';
comment on column mart.monitoring_task.status_code is 'State 任务状态代码';
comment on column mart.monitoring_task.status_zh is 'State, in Chinese 任务状态';
comment on column mart.monitoring_task.status_en is 'State, in English 任务状态（英文）';
comment on column mart.monitoring_task.target_count is 'Batches to be sampled 任务批次';
comment on column mart.monitoring_task.done_count is 'Batches done, as reported 完成批次（上报）';
comment on column mart.monitoring_task.fail_count is 'Batches failed, as reported 不合格批次（上报）';
comment on column mart.monitoring_task.done_rate is 'Share done of the target; more than 1 where more was done 完成率（超额时大于1）';
comment on column mart.monitoring_task.fail_rate is 'Share failed of the batches done, 0 to 1 不合格率';
comment on column mart.monitoring_task.is_overdue is 'Whether its last day is over and less was done than the target 是否逾期未完成';
comment on column mart.monitoring_task.is_done_lower is 'Whether an earlier version of the record stated more batches done 完成批次是否少于此前版本';
comment on column mart.monitoring_task.result_count is 'Results in the hub that name the task 平台内指明该任务的检验结果数';
comment on column mart.monitoring_task.result_fail_count is 'Those of them that failed 其中不合格的结果数';
comment on column mart.monitoring_task.batch_id is 'Batch that brought it; see ledger.batch 所属批次';
comment on column mart.monitoring_task.received_at is 'When the hub received it 平台接收时间';
comment on column mart.monitoring_task.recorded_from is 'When the hub loaded this version 本版本入库时间';

-- Monitoring plans, one row a plan: what was planned, given out as tasks, done, and failed.
create view mart.monitoring_plan with (security_invoker) as
select p.agency, p.feed, p.record_uid, p.plan_no, p.plan_year, p.agency_text, p.title, p.level_code,
       l.label_zh as level_zh, l.label_en as level_en, p.kind_code, k.label_zh as kind_zh, k.label_en as kind_en,
       p.document_no, p.issued_date, p.valid_from, p.valid_to, p.region_code, p.planned_count, t.task_count, t.target_count,
       t.done_count, t.fail_count, round(t.done_count::numeric / nullif(p.planned_count, 0), 4) as done_rate,
       round(t.fail_count::numeric / nullif(t.done_count, 0), 4) as fail_rate, t.overdue_task_count, t.result_count,
       t.result_fail_count, p.batch_id, p.received_at, p.recorded_from
from core.monitoring_plan p
left join code.entry l on l.list = 'monitoring_level' and l.code = p.level_code
left join code.entry k on k.list = 'monitoring_kind' and k.code = p.kind_code
left join lateral (
    select count(*) as task_count, sum(target_count)::bigint as target_count, sum(done_count)::bigint as done_count,
           sum(fail_count)::bigint as fail_count, count(*) filter (where is_overdue) as overdue_task_count,
           coalesce(sum(result_count), 0)::bigint as result_count,
           coalesce(sum(result_fail_count), 0)::bigint as result_fail_count
    from mart.monitoring_task
    where agency = p.agency and plan_record_uid = p.record_uid
) t on true;

comment on view mart.monitoring_plan is 'Monitoring plans: planned, given out, done, failed; one row a plan 监测计划：计划、下达、完成和不合格批次，每项计划一行';
comment on column mart.monitoring_plan.agency is 'Agency that reported it 报送单位';
comment on column mart.monitoring_plan.feed is 'Feed of the agency 报送专题';
comment on column mart.monitoring_plan.record_uid is 'Identity of the record in the hub 记录唯一标识';
comment on column mart.monitoring_plan.plan_no is 'Number of the plan; unique for year and unit 计划编号（同年度同单位内唯一）';
comment on column mart.monitoring_plan.plan_year is 'Year of the plan 计划年度';
comment on column mart.monitoring_plan.agency_text is 'Who made the plan 编制单位';
comment on column mart.monitoring_plan.title is 'Title of the plan 计划名称';
comment on column mart.monitoring_plan.level_code is 'Level 计划级别代码';
comment on column mart.monitoring_plan.level_zh is 'Level, in Chinese 计划级别';
comment on column mart.monitoring_plan.level_en is 'Level, in English 计划级别（英文）';
comment on column mart.monitoring_plan.kind_code is 'Kind of monitoring 监测类别代码';
comment on column mart.monitoring_plan.kind_zh is 'Kind of monitoring, in Chinese 监测类别';
comment on column mart.monitoring_plan.kind_en is 'Kind of monitoring, in English 监测类别（英文）';
comment on column mart.monitoring_plan.document_no is 'Number of the document by which it was issued 文号';
comment on column mart.monitoring_plan.issued_date is 'Day on which it was issued 印发日期';
comment on column mart.monitoring_plan.valid_from is 'First day on which it holds 起始日期';
comment on column mart.monitoring_plan.valid_to is 'First day on which it no longer does 失效日期';
comment on column mart.monitoring_plan.region_code is 'GB/T 2260 code 行政区划代码';
comment on column mart.monitoring_plan.planned_count is 'Batches that the plan has 计划批次';
comment on column mart.monitoring_plan.task_count is 'Tasks of the plan that the hub has 平台内该计划的任务数';
comment on column mart.monitoring_plan.target_count is 'Batches that these tasks ask for 各任务批次之和';
comment on column mart.monitoring_plan.done_count is 'Batches done, as the tasks report; empty: none reports 各任务上报的完成批次之和（空为均未上报）';
comment on column mart.monitoring_plan.fail_count is 'Batches failed, as the tasks report 各任务上报的不合格批次之和';
comment on column mart.monitoring_plan.done_rate is 'Share done of what the plan has 完成率（占计划批次）';
comment on column mart.monitoring_plan.fail_rate is 'Share failed of the batches done, 0 to 1 不合格率';
comment on column mart.monitoring_plan.overdue_task_count is 'Tasks whose last day is over without the target 逾期未完成的任务数';
comment on column mart.monitoring_plan.result_count is 'Results in the hub that name one of the tasks 平台内指明其任务的检验结果数';
comment on column mart.monitoring_plan.result_fail_count is 'Those of them that failed 其中不合格的结果数';
comment on column mart.monitoring_plan.batch_id is 'Batch that brought it; see ledger.batch 所属批次';
comment on column mart.monitoring_plan.received_at is 'When the hub received it 平台接收时间';
comment on column mart.monitoring_plan.recorded_from is 'When the hub loaded this version 本版本入库时间';

-- Monitoring points, one row a point.
drop view if exists mart.monitoring_point;
create view mart.monitoring_point with (security_invoker) as
select p.agency, p.feed, p.record_uid, p.point_no, p.name, p.kind_code, k.label_zh as kind_zh, k.label_en as kind_en,
       p.level_code, l.label_zh as level_zh, l.label_en as level_en, p.status_code, s.label_zh as status_zh,
       s.label_en as status_en, p.operator_name, p.operator_uscc, p.region_code, p.town_text, p.address_text, p.lon, p.lat,
       p.coord_sys, p.opened_date, p.closed_date,
       p.valid_from <= current_date and coalesce(p.valid_to, 'infinity') > current_date as is_open,
       w.categories, w.hazard_classes, p.batch_id, p.received_at, p.recorded_from
from core.monitoring_point p
left join code.entry k on k.list = 'point_kind' and k.code = p.kind_code
left join code.entry l on l.list = 'monitoring_level' and l.code = p.level_code
left join code.entry s on s.list = 'point_status' and s.code = p.status_code
left join lateral (
    select array_agg(distinct category_code) filter (where category_code is not null) as categories,
           array_agg(distinct hazard_class_code) filter (where hazard_class_code is not null) as hazard_classes
    from core.monitoring_point_watched
    where agency = p.agency and record_uid = p.record_uid
) w on true;

comment on view mart.monitoring_point is 'Monitoring points, one row a point 监测点，每点一行';
comment on column mart.monitoring_point.agency is 'Agency that reported it 报送单位';
comment on column mart.monitoring_point.feed is 'Feed of the agency 报送专题';
comment on column mart.monitoring_point.record_uid is 'Identity of the record in the hub 记录唯一标识';
comment on column mart.monitoring_point.point_no is 'Number of the point 监测点编号';
comment on column mart.monitoring_point.name is 'Name of the point 监测点名称';
comment on column mart.monitoring_point.kind_code is 'Kind of place 类别代码';
comment on column mart.monitoring_point.kind_zh is 'Kind of place, in Chinese 类别';
comment on column mart.monitoring_point.kind_en is 'Kind of place, in English 类别（英文）';
comment on column mart.monitoring_point.level_code is 'Level 级别代码';
comment on column mart.monitoring_point.level_zh is 'Level, in Chinese 级别';
comment on column mart.monitoring_point.level_en is 'Level, in English 级别（英文）';
comment on column mart.monitoring_point.status_code is 'State that the agency states 运行状态代码';
comment on column mart.monitoring_point.status_zh is 'State, in Chinese 运行状态';
comment on column mart.monitoring_point.status_en is 'State, in English 运行状态（英文）';
comment on column mart.monitoring_point.operator_name is 'Who runs it 承建单位';
comment on column mart.monitoring_point.operator_uscc is 'The operator''s unified social credit code; joins mart.enterprise 承建单位统一社会信用代码';
comment on column mart.monitoring_point.region_code is 'GB/T 2260 code 行政区划代码';
comment on column mart.monitoring_point.town_text is 'Township or sub-district 乡镇（街道）';
comment on column mart.monitoring_point.address_text is 'Address as written 地址';
comment on column mart.monitoring_point.lon is 'Degrees east 经度';
comment on column mart.monitoring_point.lat is 'Degrees north 纬度';
comment on column mart.monitoring_point.coord_sys is 'Reference system of the coordinates 坐标系';
comment on column mart.monitoring_point.opened_date is 'Day on which it began its work 启用日期';
comment on column mart.monitoring_point.closed_date is 'Day on which its work ended 撤销日期';
comment on column mart.monitoring_point.is_open is 'Whether the entry holds today 当前是否有效';
comment on column mart.monitoring_point.categories is 'Categories of products that it watches 监测的产品类别';
comment on column mart.monitoring_point.hazard_classes is 'Classes of hazards that it watches 监测的危害类别';
comment on column mart.monitoring_point.batch_id is 'Batch that brought it; see ledger.batch 所属批次';
comment on column mart.monitoring_point.received_at is 'When the hub received it 平台接收时间';
comment on column mart.monitoring_point.recorded_from is 'When the hub loaded this version 本版本入库时间';
