-- The layers of the warehouse.  Analysts start at mart, then core; the rest is the hub's own account of itself.
-- Runs at every migration, before anything else.  Of the other files those below 100 make tables and are applied once;
-- those from 100 on are views, then roles and rights, which are made anew at every migration.
create schema if not exists ledger;
create schema if not exists code;
create schema if not exists core;
create schema if not exists history;
create schema if not exists quarantine;
create schema if not exists mart;

comment on schema ledger     is 'The register of deliveries, batches, findings and receipts 台账：报送、批次、问题与回执';
comment on schema code       is 'The code lists of the standard, with validity 标准代码表（含有效期）';
comment on schema core       is 'One table per record type, as known now 各记录类型的当前数据';
comment on schema history    is 'What each record was before it was corrected or ended 记录的历史版本';
comment on schema quarantine is 'Rows that were not let in, with the reason 被隔离的行及原因';
comment on schema mart       is 'Views for analysts; start with mart.risk_event 面向分析的视图';

create table if not exists ledger.migration (
    name       text primary key,
    sha256     text not null,
    applied_at timestamptz not null default now()
);
comment on table ledger.migration is 'Numbered SQL files that were applied 已执行的数据库脚本';
