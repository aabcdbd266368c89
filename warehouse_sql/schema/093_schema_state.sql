-- What core and history were when they were last found to be as the standard says: while both are the same as then, a
-- migration need not look at every column.
create table ledger.schema_state (
    singleton   boolean primary key default true check (singleton),
    standard    text not null check (standard ~ '^[0-9a-f]{64}$'),
    catalogue   text not null check (catalogue ~ '^[0-9a-f]{32}$'),
    compared_at timestamptz not null default now()
);
comment on table ledger.schema_state is 'What core and history were when they were last compared with the standard 数据表与标准最近一次比对时的状态';
comment on column ledger.schema_state.singleton is 'True: there is one row 恒为真，仅一行';
comment on column ledger.schema_state.standard is 'SHA-256 of the tables that the standard implies 标准所要求的数据表的摘要';
comment on column ledger.schema_state.catalogue is 'MD5 of tables, columns, constraints, indexes and comments in the warehouse 仓库中表、列、约束、索引与注释的摘要';
comment on column ledger.schema_state.compared_at is 'When 比对时间';
