-- Who opened closed fields of which record, for what.  Rows are added by access.open alone and stay.
create table access.opening (
    opening_id    bigint generated always as identity primary key,
    opened_at     timestamptz not null default clock_timestamp(),
    login         text not null,
    agency        text not null,
    record_type   text not null,
    record_uid    uuid not null,
    purpose       text not null,
    reason        text not null check (btrim(reason) <> ''),
    basis         text not null,
    fields        text[] not null,
    rank_max      integer not null,
    session       integer not null,
    opened_in     xid8 not null,
    valid_until   timestamptz not null
);
comment on table access.opening is 'Who opened closed fields of which record, for what and on what basis 受限字段的开放记录：何人、何记录、何用途、何依据';
comment on column access.opening.opening_id    is 'Number 编号';
comment on column access.opening.opened_at     is 'When 时间';
comment on column access.opening.login         is 'Login that opened it 登录名';
comment on column access.opening.agency        is 'Agency that sent the record 数据提供单位';
comment on column access.opening.record_type   is 'Record type 记录类型';
comment on column access.opening.record_uid    is 'Identity of the record 记录标识';
comment on column access.opening.purpose       is 'Purpose of the grant 用途';
comment on column access.opening.reason        is 'What the user says that it is needed for: a case, never a value 用户说明（案件等，不含数据值）';
comment on column access.opening.basis         is 'Basis of the grant 授权依据';
comment on column access.opening.fields        is 'Fields that were opened, as table.column 开放的字段';
comment on column access.opening.rank_max      is 'Most protected class that was opened 最高敏感级别序号';
comment on column access.opening.session       is 'Process of the session that may read them 会话进程号';
comment on column access.opening.opened_in     is 'Transaction that wrote this; reading waits until it is over 写入事务号';
comment on column access.opening.valid_until   is 'When the session may no longer read them 失效时间';
create index opening_by_agency on access.opening (agency, opened_at);
