-- Who of a partner agency may use the portal.  No password, link or session is here: only what proves one.
create schema portal;
comment on schema portal is 'The portal of partner agencies: its accounts, and what each agency may see 合作单位门户：账号及各单位可见内容';

create table portal.account (
    login       text primary key check (login ~ '^[a-z0-9][a-z0-9._-]{1,62}$'),
    agency      text not null,
    role        text not null check (role in ('sender', 'viewer', 'admin')),
    state       text not null default 'active' check (state in ('active', 'disabled')),
    password    text,
    password_at timestamptz,
    created_at  timestamptz not null default now()
);
comment on table portal.account is 'People of partner agencies who may use the portal 可使用门户的合作单位人员';
comment on column portal.account.login       is 'Name to log in with 登录名';
comment on column portal.account.agency      is 'Agency whose data the account sees 所属单位';
comment on column portal.account.role        is 'viewer looks, sender also submits, admin also sees the accounts 角色：查看、报送、管理';
comment on column portal.account.state       is 'active or disabled 状态：启用或停用';
comment on column portal.account.password    is 'Argon2id hash; empty until its person has set one 口令的 Argon2id 摘要，未设置时为空';
comment on column portal.account.password_at is 'When the password was set 口令设置时间';
comment on column portal.account.created_at  is 'When the account was made 账号创建时间';
create index account_agency on portal.account (agency);

create table portal.one_time_link (
    token_sha256 text primary key check (token_sha256 ~ '^[0-9a-f]{64}$'),
    login        text not null unique references portal.account on delete cascade,
    expires_at   timestamptz not null
);
comment on table portal.one_time_link is 'Links by which a person sets a password, once 设置口令的一次性链接';
comment on column portal.one_time_link.token_sha256 is 'Hash of the 256 random bits in the link 链接随机数的摘要';
comment on column portal.one_time_link.login        is 'Account 账号';
comment on column portal.one_time_link.expires_at   is 'When it ends 失效时间';

create table portal.session (
    token_sha256 text primary key check (token_sha256 ~ '^[0-9a-f]{64}$'),
    session_id   bigint generated always as identity unique,
    login        text not null references portal.account on delete cascade,
    address      text not null,
    browser      text not null,
    began_at     timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    expires_at   timestamptz not null
);
comment on table portal.session is 'Open sessions 登录会话';
comment on column portal.session.token_sha256 is 'Hash of the 256 random bits in the cookie Cookie 随机数的摘要';
comment on column portal.session.session_id   is 'Number of the session 会话编号';
comment on column portal.session.login        is 'Account 账号';
comment on column portal.session.address      is 'Address of the network that it came from 来源网络地址';
comment on column portal.session.browser      is 'Kind of browser 浏览器类型';
comment on column portal.session.began_at     is 'When it began 开始时间';
comment on column portal.session.last_seen_at is 'When it was last used, to the minute 最近使用时间（精确到分钟）';
comment on column portal.session.expires_at   is 'When it ends in any case 最迟结束时间';
create index session_login on portal.session (login);

create table portal.failure (
    subject text not null,
    at      timestamptz not null default now()
);
comment on table portal.failure is 'Failed logins of the last minutes, by account and by address 近期登录失败记录（按账号和地址）';
comment on column portal.failure.subject is 'Hash of the login or of the address 登录名或地址的摘要';
comment on column portal.failure.at      is 'When 时间';
create index failure_subject on portal.failure (subject, at);
create index failure_at on portal.failure (at);
