-- What senders say about their files (the manifest), whose word is the later one when numbers say so, what was
-- withdrawn, and when the hub looked at each source.
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

alter table ledger.delivery
    add column submission_id text,
    add column rows_stated bigint check (rows_stated >= 0),
    add column refused boolean not null default false,
    add foreign key (agency, submission_id) references ledger.submission (agency, submission_id);
create index delivery_submission on ledger.delivery (agency, submission_id) where submission_id is not null;
comment on column ledger.delivery.refused is 'Sent back at the door, for its manifest: no replay may load it 因清单问题退回，不可重读';
comment on column ledger.delivery.rows_stated is 'Rows that its sender says it has 报送方声明的行数';

-- Of two words about one record the greater `turn` holds: ordinarily the one that came later.  A submission whose
-- number says that it comes before one that is here already takes its turn just before that one (docs/decisions/0012).
alter table ledger.batch
    add column late_turn text,
    add column turn text collate "C" not null
        generated always as (coalesce(late_turn, coalesce(replay_of, batch_id) || '.')) stored,
    add column mode text check (mode in ('append', 'upsert', 'snapshot', 'check'));
create index batch_turn on ledger.batch (agency, feed, turn);
comment on column ledger.batch.turn is 'Order of words about one record; the greater one holds 同一记录的先后次序';
comment on column ledger.batch.mode is 'How it was loaded: append, upsert or snapshot; check: nothing is loaded 入库方式（check 仅检查）';

create table ledger.withdrawn (
    agency      text not null,
    batch_id    text not null,
    part        text not null,
    record_uids uuid[] not null,
    primary key (agency, batch_id, part),
    foreign key (agency, batch_id) references ledger.batch (agency, batch_id)
);
comment on table ledger.withdrawn is 'Records that a batch has withdrawn; an older word may not bring them back 各批次撤回的记录';

create table ledger.watch (
    agency text not null,
    feed   text not null,
    since  timestamptz not null,
    until  timestamptz not null,
    fault  text,
    primary key (agency, feed, since),
    foreign key (agency, feed) references ledger.source (agency, feed),
    constraint a_watch_ends_after_it_begins check (until >= since)
);
comment on table ledger.watch is 'When the hub looked for deliveries, without a gap; fault: when it tried and could not 平台值守时段（可据此区分未报送与平台中断）';
