-- How far each remote file, table or address was fetched, and when the hub looked.  A cursor moves on in the transaction
-- that registers a delivery.
create table ledger.fetch_cursor (
    agency     text not null,
    feed       text not null,
    cursor_key text not null,
    state      jsonb not null,
    batch_id   text,
    at         timestamptz not null default now(),
    primary key (agency, feed, cursor_key),
    foreign key (agency, feed) references ledger.source (agency, feed),
    foreign key (agency, batch_id) references ledger.batch (agency, batch_id)
);
comment on table ledger.fetch_cursor is 'How far each server was fetched: one line per remote file, table or address 各远程来源的抓取进度';
comment on column ledger.fetch_cursor.cursor_key is 'The remote file, table or address 远程文件、数据表或地址';
comment on column ledger.fetch_cursor.state is 'Size, time and hash of a file; watermark of a table; tag of an address 文件大小、时间与哈希；数据表水位；地址标签';
comment on column ledger.fetch_cursor.batch_id is 'The batch that the last delivery became 最近一次抓取形成的批次';

create table ledger.poll_window (
    agency text not null,
    feed   text not null,
    since  timestamptz not null,
    until  timestamptz not null,
    fault  text,
    primary key (agency, feed, since),
    foreign key (agency, feed) references ledger.source (agency, feed),
    constraint a_window_ends_after_it_begins check (until >= since)
);
comment on table ledger.poll_window is 'When the hub looked for deliveries, without a gap; fault: when it tried and could not 平台值守时段（可据此区分未报送与平台中断）';
