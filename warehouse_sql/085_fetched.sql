-- What is remembered of each remote file, table or address; it moves on in the transaction that registers a delivery.
create table ledger.fetched (
    agency   text not null,
    feed     text not null,
    slot     text not null,
    memory   jsonb not null,
    batch_id text,
    at       timestamptz not null default now(),
    primary key (agency, feed, slot),
    foreign key (agency, feed) references ledger.source (agency, feed),
    foreign key (agency, batch_id) references ledger.batch (agency, batch_id)
);
comment on table ledger.fetched is 'How far each server was fetched: one line per remote file, table or address 各远程来源的抓取进度';
comment on column ledger.fetched.slot is 'The remote file, table or address 远程文件、数据表或地址';
comment on column ledger.fetched.memory is 'Size, time and hash of a file; watermark of a table; tag of an address 文件大小、时间与哈希；数据表水位；地址标签';
comment on column ledger.fetched.batch_id is 'The batch that the last delivery became 最近一次抓取形成的批次';
