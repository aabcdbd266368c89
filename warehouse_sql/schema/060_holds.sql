-- What each batch looked like from afar, what was expected of it, and what a person decided about it.
create table ledger.profile (
    agency   text not null,
    batch_id text not null,
    figures  jsonb not null,
    results  jsonb not null default '[]',
    primary key (agency, batch_id),
    foreign key (agency, batch_id) references ledger.batch (agency, batch_id)
);
comment on table ledger.profile is 'Figures of a batch: rows, columns, fill rates, levels, code shares; the history that drift is measured against 批次特征（行数、填充率、数量级、代码分布）';
comment on column ledger.profile.results is 'What the batch rules said: see ledger.expectation 批次规则结果';

create view ledger.expectation as
select p.agency, p.batch_id, r.figure, r.code, r.observed, r.low, r.high, r.success, r.holds, r.origin, r.engine
from ledger.profile p
cross join lateral jsonb_to_recordset(p.results) as r(figure text, code text, observed double precision,
    low double precision, high double precision, success boolean, holds boolean, origin text, engine text);
comment on view ledger.expectation is 'Every batch rule with the figure it met and its limits 批次规则逐条结果';

create table ledger.hold (
    agency     text not null,
    batch_id   text not null,
    reasons    jsonb not null,
    held_at    timestamptz not null default now(),
    decision   text check (decision in ('approve', 'reject')),
    decided_by text,
    decided_at timestamptz,
    comment    text,
    primary key (agency, batch_id),
    foreign key (agency, batch_id) references ledger.batch (agency, batch_id),
    constraint a_decision_says_who_and_when
        check ((decision is null) = (decided_at is null) and (decision is null) = (decided_by is null))
);
comment on table ledger.hold is 'Batches that wait, or waited, for a person: why, and who decided what 待人工确认的批次及其处理结果';
create index hold_open on ledger.hold (agency) where decision is null;
