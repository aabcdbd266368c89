-- Code lists as data, so that analysts can join a label to a code without leaving SQL.
create table code.entry (
    list        text not null,
    code        text not null,
    label_zh    text,
    label_en    text,
    parent      text,
    valid_from  date,
    valid_to    date,
    replaced_by text,
    source      text
);
create unique index entry_once on code.entry (list, code, coalesce(valid_from, date '0001-01-01'));
comment on table code.entry is 'Every code of every list, with the time it was in force 全部代码及其有效期';
comment on column code.entry.list        is 'Name of the code list 代码表名称';
comment on column code.entry.code        is 'Code 代码';
comment on column code.entry.label_zh    is 'Label in Chinese 中文名称';
comment on column code.entry.label_en    is 'Label in English 英文名称';
comment on column code.entry.parent      is 'Code one level up 上级代码';
comment on column code.entry.valid_from  is 'First day in force; empty: always was 生效日期';
comment on column code.entry.valid_to    is 'First day no longer in force; empty: still is 失效日期（不含当日）';
comment on column code.entry.replaced_by is 'Code that took its place 替代代码';
comment on column code.entry.source      is 'Where the code comes from 来源';
