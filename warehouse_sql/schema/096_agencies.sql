-- The register of agencies, as data: bodies with their time, what passed between them, and what each may send.
create table code.body (
    code       text primary key,
    label_zh   text not null,
    label_en   text not null,
    level      text not null,
    uscc       text,
    valid_from date,
    valid_to   date,
    precision  text,
    source     text not null
);
comment on table code.body is 'Every body that the policy names, and its successors 政策所列机构及其后继机构';
comment on column code.body.code       is 'Code 机构代码';
comment on column code.body.label_zh   is 'Name in Chinese 中文名称';
comment on column code.body.label_en   is 'Name in English 英文名称';
comment on column code.body.level      is 'Level of the body [code.entry list agency_level] 机构层级';
comment on column code.body.uscc       is 'Unified social credit code; empty: no published one was read 统一社会信用代码，空为未见公布';
comment on column code.body.valid_from is 'First day on which it exists; empty: before the policy 存在首日，空为政策前已有';
comment on column code.body.valid_to   is 'First day on which it no longer exists; empty: it does 终止日（不含当日），空为仍存在';
comment on column code.body.precision  is 'How exactly the days are known [code.entry list precision] 日期精度';
comment on column code.body.source     is 'Where it is stated 来源';

create table code.body_succession (
    predecessor  text not null references code.body,
    successor    text not null references code.body,
    since        date not null,
    record_types text[] not null,
    source       text not null,
    primary key (predecessor, successor)
);
comment on table code.body_succession is 'What passed from one body to another 机构职责的划转';
comment on column code.body_succession.predecessor  is 'Body that had it before 原机构';
comment on column code.body_succession.successor    is 'Body that has it since 承接机构';
comment on column code.body_succession.since        is 'Day on which it passed 划转日';
comment on column code.body_succession.record_types is 'Record types that passed; none: all 划转的记录类型，空为全部';
comment on column code.body_succession.source       is 'Where it is stated 来源';

create table code.policy_row (
    code         text primary key,
    label_zh     text not null,
    label_en     text not null,
    direction    text not null,
    record_types text[] not null,
    served_by    text
);
comment on table code.policy_row is 'Every task of the plan of Hainan of 2017 海南省 2017 年实施方案的各项任务';
comment on column code.policy_row.code         is 'Item of the plan, and number within it 任务编号';
comment on column code.policy_row.label_zh     is 'Task in Chinese 任务（中文）';
comment on column code.policy_row.label_en     is 'Task in English 任务（英文）';
comment on column code.policy_row.direction    is 'To the hub, from it, or both [code.entry list policy_direction] 数据方向';
comment on column code.policy_row.record_types is 'Record types that serve it 对应的记录类型';
comment on column code.policy_row.served_by    is 'Part of the hub that serves a task without records 不涉及记录的任务由何处实现';

create table code.sending_right (
    body        text not null references code.body,
    record_type text not null,
    policy_row  text not null references code.policy_row,
    valid_from  date not null,
    valid_to    date not null,
    primary key (body, record_type, policy_row, valid_from)
);
comment on table code.sending_right is 'Who may send which record type, by which task of the policy, and when 各机构可报送的记录类型及其依据';
comment on column code.sending_right.body        is 'Body 机构';
comment on column code.sending_right.record_type is 'Record type 记录类型';
comment on column code.sending_right.policy_row  is 'Task of the policy that is the basis 依据的政策任务';
comment on column code.sending_right.valid_from  is 'First day; -infinity: always was 起始日';
comment on column code.sending_right.valid_to    is 'First day on which it no longer holds; infinity: it does 终止日（不含当日）';

create table code.acting_body (
    body        text not null references code.body,
    record_type text not null,
    acting      text not null references code.body,
    valid_from  date not null,
    valid_to    date not null,
    primary key (body, record_type, acting, valid_from)
);
comment on table code.acting_body is 'Which body stood in the place of another, in each period between two changes 各时期实际履职的机构';
comment on column code.acting_body.body        is 'Body that a source names 数据源所列机构';
comment on column code.acting_body.record_type is 'Record type 记录类型';
comment on column code.acting_body.acting      is 'Body in force in the period: itself, a predecessor or a successor 该时期的机构';
comment on column code.acting_body.valid_from  is 'First day of the period 时期首日';
comment on column code.acting_body.valid_to    is 'First day after the period 时期后一日';

alter table ledger.source add column bodies text[] not null default '{}';
comment on column ledger.source.bodies is 'Bodies of the register that send it, in order: the first that exists on a day 报送机构代码，按序取当日存在者';
comment on index code.entry_once is 'reload'; -- no version: the codes are loaded anew, with the register
