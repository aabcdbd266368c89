-- A delivery may be read more than once: after a mapping was mended, its bytes are replayed as a batch of their own.
-- Its word stays that of its origin: a record that a later delivery has brought is not overwritten by an older one.
alter table ledger.batch
    add column replay_of text,
    add column word text not null generated always as (coalesce(replay_of, batch_id)) stored,
    add column ended bigint not null default 0 check (ended >= 0),
    add foreign key (agency, replay_of) references ledger.batch (agency, batch_id);
create index batch_word on ledger.batch (agency, feed, word);
create index batch_ended on ledger.batch (agency, feed) where ended > 0;
create unique index one_replay_at_a_time on ledger.batch (agency, replay_of)
    where replay_of is not null and state in ('received', 'mapped', 'validated', 'held');
comment on column ledger.batch.replay_of is 'The batch whose delivery is read again 重读的原批次';
comment on column ledger.batch.word is 'Whose word it is: batch ids sort by time, the greater word is the later one 先后次序：取原批次号，较大者为后';
comment on column ledger.batch.ended is 'Records that earlier readings of the delivery had made and this one no longer makes 本次重读后不再成立而移入历史的记录数';

alter table quarantine.row
    add column record_uid uuid,
    add column closed_by text;
create index row_open_uid on quarantine.row (agency, record_uid) where state = 'open';
comment on column quarantine.row.record_uid is 'Identity of the record that it would have been; empty when its key is blank 对应的记录标识';
comment on column quarantine.row.closed_by  is 'Batch that closed it 使其关闭的批次';
comment on column quarantine.row.closed_at  is 'When it was closed 关闭时间';

-- A row that says what core holds already changes nothing there, and yet it is a word on that record.
create table ledger.said_again (
    agency      text not null,
    batch_id    text not null,
    part        text not null,
    record_uids uuid[] not null,
    primary key (agency, batch_id, part),
    foreign key (agency, batch_id) references ledger.batch (agency, batch_id)
);
comment on table ledger.said_again is 'Records that a batch named and left as they were; an older batch may not change them 各批次中内容无变化的记录';
comment on column ledger.said_again.part is 'First digit of the identities, to keep the lists short 记录标识首位（分段）';
