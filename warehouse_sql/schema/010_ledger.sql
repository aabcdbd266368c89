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

create table ledger.submission (
    agency          text not null,
    feed            text not null,
    submission_id   text not null,
    operation       text not null check (operation in ('new', 'correct', 'withdraw', 'zero')),
    sequence        bigint check (sequence > 0),
    content         text not null,
    period          text,
    period_from     date,
    period_to       date,
    targets         text[] not null default '{}',
    reason          text,
    sender          text,
    signer          text,
    notes           jsonb not null default '[]',
    manifest_sha256 text not null check (manifest_sha256 ~ '^[0-9a-f]{64}$'),
    received_at     timestamptz not null,
    primary key (agency, submission_id),
    foreign key (agency, feed) references ledger.source (agency, feed),
    constraint a_period_has_two_ends check ((period_from is null) = (period_to is null) and period_from <= period_to),
    constraint a_zero_says_when check (operation <> 'zero' or period_from is not null)
);
comment on table ledger.submission is 'What a manifest says about the files beside it 报送清单（manifest）的内容';
comment on column ledger.submission.content is 'Hash of what it says and means; the same number may bring only the same content 内容摘要';
comment on column ledger.submission.targets is 'Batches that it corrects or withdraws 被更正或撤回的批次';
comment on column ledger.submission.signer is 'Key whose signature was verified; empty when none was asked for 已验证签名的密钥名';
comment on column ledger.submission.notes is 'Findings about the manifest that did not reject it 未导致退回的清单问题';
create index submission_sequence on ledger.submission (agency, feed, sequence) where sequence is not null;
create index submission_period on ledger.submission (agency, feed, period_from) where period_from is not null;

create table ledger.delivery (
    agency        text not null,
    feed          text not null,
    delivery_id   text not null,
    file_name     text not null,
    sha256        text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    bytes         bigint not null check (bytes >= 0),
    connector     text not null,
    received_at   timestamptz not null,
    submission_id text,
    rows_declared   bigint check (rows_declared >= 0),
    refused       boolean not null default false,
    notes         jsonb not null default '[]',
    primary key (agency, delivery_id),
    foreign key (agency, feed) references ledger.source (agency, feed),
    foreign key (agency, submission_id) references ledger.submission (agency, submission_id)
);
comment on table ledger.delivery is 'The bytes as they were given, by their SHA-256 报送的原始文件';
comment on column ledger.delivery.file_name is 'The name that the sender gave; a label, never a path 报送方文件名（仅作标签）';
comment on column ledger.delivery.rows_declared is 'Rows that its sender says it has 报送方声明的行数';
comment on column ledger.delivery.refused is 'Not admitted, for its manifest: no replay may load it 因清单问题退回，不可重读';
comment on column ledger.delivery.notes is 'Findings of the fetch that did not reject it 抓取时发现、未导致退回的问题';
create index delivery_content on ledger.delivery (agency, feed, sha256);
create index delivery_submission on ledger.delivery (agency, submission_id) where submission_id is not null;

-- One sequence numbers registrations and loads alike, so that "came while it stood" is a comparison.  Batch ids keep the
-- time for people; nothing is decided by it, since a clock may be set back between a file and its correction.
create sequence ledger.batch_number;

create table ledger.batch (
    agency           text not null,
    feed             text not null,
    batch_id         text not null unique,
    delivery_id      text not null,
    state            text not null check (state in ('received', 'mapped', 'validated', 'loaded', 'acknowledged',
                                                    'held', 'rejected', 'duplicate', 'withdrawn')),
    attempt          integer not null default 0,
    last_fault       text,
    waits_for        text,
    waits_since      timestamptz,
    duplicate_of     text,
    replay_of        text,
    number           bigint not null,
    origin_batch     text not null generated always as (coalesce(replay_of, batch_id)) stored,
    origin_number    bigint not null,
    loaded_number    bigint,
    late_precedence  text,
    precedence       text collate "C" not null
        generated always as (coalesce(late_precedence, lpad(origin_number::text, 19, '0') || '.')) stored,
    mode             text check (mode in ('append', 'upsert', 'snapshot', 'check')),
    mapping_version  text,
    standard_version text,
    read             bigint not null default 0 check (read >= 0),
    new              bigint not null default 0 check (new >= 0),
    changed          bigint not null default 0 check (changed >= 0),
    unchanged        bigint not null default 0 check (unchanged >= 0),
    duplicate        bigint not null default 0 check (duplicate >= 0),
    quarantined      bigint not null default 0 check (quarantined >= 0),
    skipped          bigint not null default 0 check (skipped >= 0),
    ended            bigint not null default 0 check (ended >= 0),
    received_at      timestamptz not null,
    mapped_at        timestamptz,
    validated_at     timestamptz,
    loaded_at        timestamptz,
    acknowledged_at  timestamptz,
    primary key (agency, batch_id),
    foreign key (agency, delivery_id) references ledger.delivery (agency, delivery_id),
    foreign key (agency, replay_of) references ledger.batch (agency, batch_id),
    constraint every_row_is_accounted_for
        check (read = new + changed + unchanged + duplicate + quarantined + skipped),
    constraint a_loaded_batch_says_when
        check (state not in ('loaded', 'acknowledged') or loaded_at is not null)
);
comment on table ledger.batch is 'A delivery going through the pipeline; its one state and its counts 批次：状态与行数对账';
comment on column ledger.batch.attempt is 'How often the step at hand has failed by what it read since one last succeeded 当前步骤因数据原因失败的次数';
comment on column ledger.batch.last_fault is 'Class of the last unexpected fault; never data 最近一次故障类型（不含数据）';
comment on column ledger.batch.waits_for is 'The machine''s trouble that it waits for: disk_full, database, killed ... 等待恢复的机器故障';
comment on column ledger.batch.waits_since is 'Since when 开始等待的时间';
comment on column ledger.batch.replay_of is 'The batch whose delivery is read again 重读的原批次';
comment on column ledger.batch.number is 'Order of registration, from the sequence of the ledger 登记顺序号（由台账序列产生）';
comment on column ledger.batch.origin_batch is 'The batch whose delivery it reads: its own id unless it is a replay 所读报送的批次号';
comment on column ledger.batch.origin_number is 'The number of the batch whose delivery it reads; its own unless it is a replay 所读报送的登记顺序号';
comment on column ledger.batch.loaded_number is 'Order of loading, from the same sequence 入库顺序号（同一序列）';
comment on column ledger.batch.late_precedence is 'Set for a submission whose number says that it comes before one that was here already; see docs/decisions/0012 迟到报送的先后次序';
comment on column ledger.batch.precedence is 'Order of batches about one record; the greater one holds 同一记录的先后次序';
comment on column ledger.batch.mode is 'How it was loaded: append, upsert or snapshot; check: nothing is loaded 入库方式（check 仅检查）';
comment on column ledger.batch.ended is 'Records that earlier readings of the delivery had made and this one no longer makes 本次重读后不再成立而移入历史的记录数';
create unique index batch_by_number on ledger.batch (number);
create index batch_origin on ledger.batch (agency, feed, origin_batch);
create index batch_precedence on ledger.batch (agency, feed, precedence);
create index batch_ended on ledger.batch (agency, feed) where ended > 0;
create unique index one_replay_at_a_time on ledger.batch (agency, replay_of)
    where replay_of is not null and state in ('received', 'mapped', 'validated', 'held');
create index batch_waiting on ledger.batch (agency, feed, state) where state in ('received', 'mapped', 'validated');
create index batch_delivery on ledger.batch (agency, delivery_id);

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
    kind         text not null check (kind in ('received', 'json', 'html', 'xlsx', 'csv')),
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
