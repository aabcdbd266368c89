create table quarantine.row (
    agency       text not null,
    feed         text not null,
    batch_id     text not null,
    row          bigint not null,
    record_uid   uuid,
    source_file  text,
    source_sheet text,
    source_line  bigint,
    original     jsonb not null,
    findings     jsonb not null,
    state        text not null default 'open' check (state in ('open', 'replayed', 'corrected', 'resent', 'waived')),
    closed_at    timestamptz,
    closed_by    text,
    primary key (agency, batch_id, row),
    foreign key (agency, batch_id) references ledger.batch (agency, batch_id)
);
comment on table quarantine.row is 'Rows that were not let in, as they came, personal values masked 被隔离的原始行（个人信息已遮蔽）';
comment on column quarantine.row.row          is 'Position in the delivery, from 0 在报送中的序号（从 0 起）';
comment on column quarantine.row.record_uid   is 'Identity of the record that it would have been; empty when its key is blank 对应的记录标识';
comment on column quarantine.row.source_line  is 'Line in the sender''s file, from 1 文件行号（从 1 起）';
comment on column quarantine.row.original     is 'The sender''s columns and values 原始列与值';
comment on column quarantine.row.findings     is 'Why: code, column, field, value, expected 原因';
comment on column quarantine.row.state        is 'open, or how it was closed 状态';
comment on column quarantine.row.closed_at    is 'When it was closed 关闭时间';
comment on column quarantine.row.closed_by    is 'Batch that closed it 使其关闭的批次';
create index row_open on quarantine.row (agency, feed) where state = 'open';
create index row_open_uid on quarantine.row (agency, record_uid) where state = 'open';
create index row_closed_by on quarantine.row (agency, closed_by) where closed_by is not null;
