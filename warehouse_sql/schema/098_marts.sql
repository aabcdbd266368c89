-- Marts hold rows of their own and are kept up after the load, by batch: what each was built from, and what it has.
create table mart.built (
    mart         text primary key,
    definition   text not null,
    built_at     timestamptz not null,
    refreshed_at timestamptz not null
);
comment on table mart.built is 'Marts that hold rows of their own, and by which definition each was built 物化数据集市及其定义';
comment on column mart.built.mart is 'Name of the mart, or of marts that are kept up together 集市名称';
comment on column mart.built.definition is 'SHA-256 of its definition; where it differs, a migration builds the mart anew 定义摘要，变化时迁移会重建';
comment on column mart.built.built_at is 'When it was built in full 全量构建时间';
comment on column mart.built.refreshed_at is 'When it was last brought up to date 最近刷新时间';

create table mart.applied_batch (
    mart       text not null,
    agency     text not null,
    feed       text not null,
    batch_id   text not null,
    applied_at timestamptz not null default now(),
    primary key (mart, agency, batch_id)
);
comment on table mart.applied_batch is 'Batches that a mart has 各集市已计入的批次';
comment on column mart.applied_batch.mart is 'Name of the mart 集市名称';
comment on column mart.applied_batch.agency is 'Agency 报送单位';
comment on column mart.applied_batch.feed is 'Feed of the agency 报送专题';
comment on column mart.applied_batch.batch_id is 'Batch; see ledger.batch 批次';
comment on column mart.applied_batch.applied_at is 'Since when the mart has it 计入时间';
