-- The ledger cannot hold a submission that does not add up: see the constraint `every_row_is_accounted_for`.
create table ledger.agency (
    agency   text primary key,
    name_zh  text not null,
    name_en  text not null,
    language text not null check (language in ('zh', 'en'))
);
comment on table ledger.agency is 'Partner organisations 合作单位';

create table ledger.source (
    agency      text not null references ledger.agency,
    feed        text not null,
    title_zh    text not null,
    title_en    text not null,
    record_type text not null,
    primary key (agency, feed)
);
comment on table ledger.source is 'One regular stream of one kind of data from an agency 数据来源（单位/专题）';

create table ledger.delivery (
    agency      text not null,
    feed        text not null,
    delivery_id text not null,
    file_name   text not null,
    sha256      text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    bytes       bigint not null check (bytes >= 0),
    connector   text not null,
    received_at timestamptz not null,
    primary key (agency, delivery_id),
    foreign key (agency, feed) references ledger.source (agency, feed)
);
comment on table ledger.delivery is 'The bytes as they were given, by their SHA-256 报送的原始文件';
comment on column ledger.delivery.file_name is 'The name that the sender gave; a label, never a path 报送方文件名（仅作标签）';

create table ledger.batch (
    agency           text not null,
    feed             text not null,
    batch_id         text not null unique,
    delivery_id      text not null,
    state            text not null check (state in ('received', 'mapped', 'validated', 'loaded', 'acknowledged',
                                                    'held', 'rejected', 'duplicate', 'withdrawn')),
    attempt          integer not null default 0,
    last_fault       text,
    duplicate_of     text,
    mapping_version  text,
    standard_version text,
    read             bigint not null default 0 check (read >= 0),
    new              bigint not null default 0 check (new >= 0),
    changed          bigint not null default 0 check (changed >= 0),
    unchanged        bigint not null default 0 check (unchanged >= 0),
    duplicate        bigint not null default 0 check (duplicate >= 0),
    quarantined      bigint not null default 0 check (quarantined >= 0),
    skipped          bigint not null default 0 check (skipped >= 0),
    received_at      timestamptz not null,
    mapped_at        timestamptz,
    validated_at     timestamptz,
    loaded_at        timestamptz,
    acknowledged_at  timestamptz,
    primary key (agency, batch_id),
    foreign key (agency, delivery_id) references ledger.delivery (agency, delivery_id),
    constraint every_row_is_accounted_for
        check (read = new + changed + unchanged + duplicate + quarantined + skipped),
    constraint a_loaded_batch_says_when
        check (state not in ('loaded', 'acknowledged') or loaded_at is not null)
);
comment on table ledger.batch is 'A delivery going through the pipeline; its one state and its counts 批次：状态与行数对账';
comment on column ledger.batch.attempt is 'How often the step at hand was started since it last succeeded 当前步骤已尝试次数';
comment on column ledger.batch.last_fault is 'Class of the last unexpected fault; never data 最近一次故障类型（不含数据）';
create index batch_waiting on ledger.batch (agency, feed, state) where state in ('received', 'mapped', 'validated');
create index batch_delivery on ledger.batch (agency, delivery_id);
create index delivery_content on ledger.delivery (agency, feed, sha256);

create table ledger.skipped (
    agency   text not null,
    batch_id text not null,
    reason   text not null,
    rows     bigint not null check (rows > 0),
    primary key (agency, batch_id, reason),
    foreign key (agency, batch_id) references ledger.batch (agency, batch_id)
);
comment on table ledger.skipped is 'Rows left out on purpose, by written reason 按约定跳过的行及原因';

create table ledger.finding (
    agency   text not null,
    batch_id text not null,
    number   integer not null,
    code     text not null,
    level    text not null check (level in ('error', 'warning', 'repair')),
    file     text,
    sheet    text,
    line     bigint,
    "column" text,
    field    text,
    value    text,
    expected text,
    count    bigint not null check (count > 0),
    samples  jsonb not null default '[]',
    primary key (agency, batch_id, number),
    foreign key (agency, batch_id) references ledger.batch (agency, batch_id)
);
comment on table ledger.finding is 'Findings by code and column with true counts; samples are capped 按代码与列汇总的问题（计数完整，样例有限）';

create table ledger.receipt (
    agency       text not null,
    batch_id     text not null,
    kind         text not null check (kind in ('json', 'html')),
    name         text not null,
    body         bytea not null,
    sha256       text not null,
    published_at timestamptz,
    primary key (agency, batch_id, kind),
    foreign key (agency, batch_id) references ledger.batch (agency, batch_id)
);
comment on table ledger.receipt is 'The outbox: finished receipts, written with the rows they account for 发件箱：与数据同一事务写入的回执';
create index receipt_unpublished on ledger.receipt (agency, batch_id) where published_at is null;

create table ledger.audit (
    at       timestamptz not null default now(),
    who      text not null default current_user,
    what     text not null,
    agency   text,
    batch_id text,
    detail   jsonb not null default '{}'
);
comment on table ledger.audit is 'Who did what and when, beside the ordinary flow 人工操作审计';
