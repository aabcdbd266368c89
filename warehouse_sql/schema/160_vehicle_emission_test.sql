-- Emission tests with the vehicle and the number of measurements that failed: one row a test, cancelled ones too.
drop view if exists mart.vehicle_emission_test;
create view mart.vehicle_emission_test with (security_invoker) as
select t.agency, t.feed, t.record_uid, t.source_record_no, t.test_no, t.test_date, t.test_kind_code,
       k.label_zh as test_kind_zh, k.label_en as test_kind_en, t.method_code, t.emission_standard_code,
       t.verdict_code, j.label_zh as verdict_zh, j.label_en as verdict_en,
       coalesce(t.is_cancelled, false) as is_cancelled, t.cancel_reason_text, t.obd_verdict_code,
       v.vehicle_type_code, v.energy_type_code, v.make, v.model, v.model_year, v.is_imported, i.item_count,
       i.failed_count, t.station_name, t.odometer_km, t.recall_no, t.region_code, t.country_code, t.batch_id,
       t.received_at, t.recorded_from
from core.vehicle_emission_test t
left join core.vehicle_emission_test_vehicle v on v.agency = t.agency and v.record_uid = t.record_uid and v.position = 0
left join lateral (
    select count(*) as item_count, count(*) filter (where verdict_code = 'fail') as failed_count
    from core.vehicle_emission_test_test_item where agency = t.agency and record_uid = t.record_uid) i on true
left join code.entry k on k.list = 'emission_test_kind' and k.code = t.test_kind_code
left join code.entry j on j.list = 'verdict' and j.code = t.verdict_code;

comment on view mart.vehicle_emission_test is 'Emission tests of vehicles and machines 机动车和非道路移动机械环保检验';
comment on column mart.vehicle_emission_test.agency is 'Agency that reported it 报送单位';
comment on column mart.vehicle_emission_test.feed is 'Feed of the agency 报送专题';
comment on column mart.vehicle_emission_test.record_uid is 'Identity of the record in the hub 记录唯一标识';
comment on column mart.vehicle_emission_test.source_record_no is 'The agency''s own number 报送单位编号';
comment on column mart.vehicle_emission_test.test_no is 'Number of the test 检验编号';
comment on column mart.vehicle_emission_test.test_date is 'Day of the test 检验日期';
comment on column mart.vehicle_emission_test.test_kind_code is 'Kind of test 检验类别代码';
comment on column mart.vehicle_emission_test.test_kind_zh is 'Kind of test, in Chinese 检验类别';
comment on column mart.vehicle_emission_test.test_kind_en is 'Kind of test, in English 检验类别（英文）';
comment on column mart.vehicle_emission_test.method_code is 'Method 检验方法代码';
comment on column mart.vehicle_emission_test.emission_standard_code is 'Stage of the emission standard 排放标准阶段代码';
comment on column mart.vehicle_emission_test.verdict_code is 'Verdict 检验结论代码';
comment on column mart.vehicle_emission_test.verdict_zh is 'Verdict, in Chinese 检验结论';
comment on column mart.vehicle_emission_test.verdict_en is 'Verdict, in English 检验结论（英文）';
comment on column mart.vehicle_emission_test.is_cancelled is 'Whether it was cancelled and counts for nothing 是否已取消（不计入统计）';
comment on column mart.vehicle_emission_test.cancel_reason_text is 'Why it was cancelled 取消原因';
comment on column mart.vehicle_emission_test.obd_verdict_code is 'Verdict on the on-board diagnostics 车载诊断检查结论代码';
comment on column mart.vehicle_emission_test.vehicle_type_code is 'Kind of vehicle 车辆类型代码';
comment on column mart.vehicle_emission_test.energy_type_code is 'Source of power 能源种类代码';
comment on column mart.vehicle_emission_test.make is 'Make 品牌';
comment on column mart.vehicle_emission_test.model is 'Model 型号';
comment on column mart.vehicle_emission_test.model_year is 'Model year 年款';
comment on column mart.vehicle_emission_test.is_imported is 'Whether it was imported 是否进口';
comment on column mart.vehicle_emission_test.item_count is 'Measurements 检测项目数';
comment on column mart.vehicle_emission_test.failed_count is 'Of these, how many failed 其中不合格项目数';
comment on column mart.vehicle_emission_test.station_name is 'Test station 检验机构';
comment on column mart.vehicle_emission_test.odometer_km is 'Distance driven 行驶里程';
comment on column mart.vehicle_emission_test.recall_no is 'Recall that it led to or checks 关联召回编号';
comment on column mart.vehicle_emission_test.region_code is 'GB/T 2260 code in force on that day 当日有效的行政区划代码';
comment on column mart.vehicle_emission_test.country_code is 'Country 国家或地区';
comment on column mart.vehicle_emission_test.batch_id is 'Batch that brought it; see ledger.batch 所属批次';
comment on column mart.vehicle_emission_test.received_at is 'When the hub received it 平台接收时间';
comment on column mart.vehicle_emission_test.recorded_from is 'When the hub loaded this version 本版本入库时间';
