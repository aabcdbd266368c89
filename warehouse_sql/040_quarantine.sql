create table quarantine.row (
    agency       text not null,
    feed         text not null,
    batch_id     text not null,
    row          bigint not null,
    source_file  text,
    source_sheet text,
    source_line  bigint,
    original     jsonb not null,
    findings     jsonb not null,
    state        text not null default 'open' check (state in ('open', 'replayed', 'corrected', 'waived')),
    closed_at    timestamptz,
    primary key (agency, batch_id, row),
    foreign key (agency, batch_id) references ledger.batch (agency, batch_id)
);
comment on table quarantine.row is 'Rows that were not let in, as they came, personal values masked 被隔离的原始行（个人信息已遮蔽）';
comment on column quarantine.row.row          is 'Position in the delivery, from 0 在报送中的序号（从 0 起）';
comment on column quarantine.row.source_line  is 'Line in the sender''s file, from 1 文件行号（从 1 起）';
comment on column quarantine.row.original     is 'The sender''s columns and values 原始列与值';
comment on column quarantine.row.findings     is 'Why: code, column, field, value, expected 原因';
comment on column quarantine.row.state        is 'open, or how it was closed 状态';
create index row_open on quarantine.row (agency, feed) where state = 'open';
