-- Two feeds about the same thing that do not agree.  A conflict is one pair of records, one rule and one pair of
-- values: it is opened once, and closed when they agree, say something else, or are gone.
create table ledger.link (
    link        text primary key,
    label_zh    text not null,
    label_en    text not null,
    left_type   text not null,
    right_type  text not null,
    version     text not null,
    compared_at timestamptz not null default now()
);
comment on table ledger.link is 'Which records of two feeds are about the same thing; see standards/links 跨来源关联规则';
comment on column ledger.link.version is 'SHA-256 of the declaration by which everything was last compared 最近一次全量比对所用规则的摘要';

create table ledger.conflict (
    link            text not null references ledger.link,
    rule            text not null,
    thing           text not null,
    left_agency     text not null,
    left_feed       text not null,
    left_uid        uuid not null,
    left_record_no  text not null,
    left_value      text,
    left_batch      text not null,
    right_agency    text not null,
    right_feed      text not null,
    right_uid       uuid not null,
    right_record_no text not null,
    right_value     text,
    right_batch     text not null,
    opened_at       timestamptz not null default now(),
    opened_by       text,
    closed_at       timestamptz,
    closed_by       text,
    outcome         text check (outcome in ('agreed', 'replaced', 'ended')),
    constraint closed_says_how check ((closed_at is null) = (outcome is null))
);
comment on table ledger.conflict is 'What two feeds say differently about the same thing 跨来源数据不一致';
comment on column ledger.conflict.thing       is 'What both are about: the values by which they were linked 双方共同指向的对象（关联键）';
comment on column ledger.conflict.left_value  is 'What the left record says; empty when it is sensitive 左侧取值（敏感信息不显示）';
comment on column ledger.conflict.right_value is 'What the right record says; empty when it is sensitive 右侧取值（敏感信息不显示）';
comment on column ledger.conflict.left_batch  is 'Batch that brought the left record as it was then 左侧记录所属批次';
comment on column ledger.conflict.opened_by   is 'Batch that brought the disagreement, or link-...: a comparison of everything after a link was declared anew 引发不一致的批次，或规则变更后的全量比对（link-…）';
comment on column ledger.conflict.outcome     is 'agreed: they say the same, or are no longer compared; replaced: they differ in other values; ended: a record is gone 关闭原因：一致、取值变化、记录终止';
create unique index conflict_once on ledger.conflict
    (link, rule, left_agency, left_uid, right_agency, right_uid, thing, left_value, right_value)
    nulls not distinct where closed_at is null;
create index conflict_left on ledger.conflict (left_agency, left_uid) where closed_at is null;
create index conflict_right on ledger.conflict (right_agency, right_uid) where closed_at is null;
create index conflict_opened_by on ledger.conflict (opened_by);
create index conflict_closed_by on ledger.conflict (closed_by) where closed_by is not null;

-- What an agency is told without having sent anything: the outbox of notices, published like receipts.
create table ledger.notice (
    agency       text not null,
    feed         text not null,
    cause        text not null,
    kind         text not null check (kind in ('json', 'html')),
    name         text not null,
    body         bytea not null,
    sha256       text not null,
    published_at timestamptz,
    primary key (agency, feed, cause, kind),
    foreign key (agency, feed) references ledger.source (agency, feed)
);
comment on table ledger.notice is 'The outbox of notices to agencies whose data another feed contradicts or confirms 发给数据相关方的通知（发件箱）';
comment on column ledger.notice.cause is 'Batch of the other feed that caused it, or the link that was declared 引发通知的批次或关联规则';
create index notice_unpublished on ledger.notice (cause) where published_at is null;

create view ledger.conflict_side with (security_invoker) as
select link, rule, thing, 'left' as side, left_agency as agency, left_feed as feed, left_uid as record_uid,
       left_record_no as record_no, left_value as value, right_agency as other_agency, right_feed as other_feed,
       right_agency || '/' || right_feed as other_source, right_record_no as other_no, right_value as other_value,
       opened_at, opened_by, closed_at, closed_by, outcome
from ledger.conflict
union all
select link, rule, thing, 'right', right_agency, right_feed, right_uid,
       right_record_no, right_value, left_agency, left_feed,
       left_agency || '/' || left_feed, left_record_no, left_value,
       opened_at, opened_by, closed_at, closed_by, outcome
from ledger.conflict;
comment on view ledger.conflict_side is 'Every conflict twice, as each of its owners sees it 每项不一致按双方视角各一行';
