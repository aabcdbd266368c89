-- Who may read what, as data.  The policies of row security read these tables; nothing of a session (no setting, no name
-- that a user may choose) widens a right.  The standard's part is made anew at each migration.
create schema access;
comment on schema access is 'Who may read which records and fields, for what, and who opened what 访问权限及开放记录';

create table access.record_type (
    record_type text primary key,
    sensitivity text not null,
    rank        integer not null,
    share       text not null
);
comment on table access.record_type is 'Record types with the class of their rows 记录类型的敏感级别与共享属性';
comment on column access.record_type.record_type is 'Record type 记录类型';
comment on column access.record_type.sensitivity is 'Class of the type as a whole 整体敏感级别';
comment on column access.record_type.rank        is 'Place of the class, from public (0) to personal (3) 级别序号';
comment on column access.record_type.share       is 'unconditional, conditional or none 共享属性';

create table access.field (
    table_name  text not null,
    column_name text not null,
    record_type text not null,
    sensitivity text not null,
    rank        integer not null,
    share       text not null,
    is_open     boolean not null,
    primary key (table_name, column_name)
);
comment on table access.field is 'Every field of the standard: its class, and whether readers may select it 标准字段的敏感级别与是否可读';
comment on column access.field.table_name  is 'Table of core and history 数据表';
comment on column access.field.column_name is 'Column 字段';
comment on column access.field.record_type is 'Record type that the table belongs to 所属记录类型';
comment on column access.field.sensitivity is 'Class of the field 敏感级别';
comment on column access.field.rank        is 'Place of the class, from public (0) to personal (3) 级别序号';
comment on column access.field.share       is 'unconditional, conditional or none 共享属性';
comment on column access.field.is_open     is 'Whether analysts and other agencies may select it 分析用户及其他单位可否查询';

create table access.grant (
    subject         text not null check (subject ~ '^[a-z][a-z0-9_]*$'),
    agency          text not null,
    record_type     text not null,
    purpose         text not null,
    sensitivity_max text not null check (sensitivity_max in ('public', 'internal', 'sensitive', 'personal')),
    rank_max        integer not null generated always as
        (case sensitivity_max when 'public' then 0 when 'internal' then 1 when 'sensitive' then 2 else 3 end) stored,
    valid_from      date,
    valid_to        date,
    basis           text not null check (basis <> ''),
    origin          text not null,
    constraint granted_once unique nulls not distinct (subject, agency, record_type, purpose, valid_from),
    constraint a_grant_ends_after_it_begins check (valid_to > valid_from),
    -- all fields of an agency's records, without a trace: its own right alone
    constraint only_the_register_grants_own check (purpose <> 'own' or origin = 'register')
);
comment on table access.grant is 'A role sees the rows of an agency and a record type, for a purpose, on a basis 授权：角色、单位、记录类型、用途与依据';
comment on column access.grant.subject         is 'Role that has it, and every login that is a member of the role 被授权角色';
comment on column access.grant.agency          is 'Agency that sent the records; * every one 数据提供单位，* 为全部';
comment on column access.grant.record_type     is 'Record type; * every one 记录类型，* 为全部';
comment on column access.grant.purpose         is 'What for; closed fields are opened only for the purpose of a grant 用途';
comment on column access.grant.sensitivity_max is 'Most protected class of record types that it shows, and of fields that it lets be opened 最高敏感级别';
comment on column access.grant.rank_max        is 'Place of that class, from public (0) to personal (3) 级别序号';
comment on column access.grant.valid_from      is 'First day, in China; null: always was 生效日期（中国），空为一直有效';
comment on column access.grant.valid_to        is 'First day on which it no longer holds; null: it does 失效日期（不含当日），空为仍有效';
comment on column access.grant.basis           is 'Law, agreement or decision that it rests on 依据';
comment on column access.grant.origin          is 'What made it: standard, register, agreement or operator 来源';
create index grant_by_type on access.grant (record_type);
