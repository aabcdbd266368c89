-- What a code is mapped to and where it ranks, and where each list comes from.
alter table code.entry
    add column rank          integer,
    add column same_as       text,
    add column close_match   text,
    add column edition       text,
    add column definition_zh text,
    add column definition_en text;
comment on column code.entry.rank          is 'Place in the order of the list, the worst last 序位，越大越重';
comment on column code.entry.same_as       is 'Codes of other schemes that mean the same, prefix:code, space between 与其等同的其他代码';
comment on column code.entry.close_match   is 'Codes of other schemes that come close 与其相近的其他代码';
comment on column code.entry.edition       is 'Edition of the source that has the code 来源版本';
comment on column code.entry.definition_zh is 'Definition in Chinese 中文定义';
comment on column code.entry.definition_en is 'Definition in English 英文定义';

create table code.list (
    list       text primary key,
    title_zh   text not null,
    title_en   text not null,
    source_zh  text not null,
    source_en  text not null,
    made_zh    text not null,
    made_en    text not null,
    edition    text not null,
    parents_in text not null
);
comment on table code.list is 'Every code list: its title, source, edition, and how it was made 全部代码表及其来源';
comment on column code.list.list       is 'Name of the code list 代码表名称';
comment on column code.list.title_zh   is 'Title in Chinese 中文标题';
comment on column code.list.title_en   is 'Title in English 英文标题';
comment on column code.list.source_zh  is 'Publication that the codes come from, in Chinese 来源（中文）';
comment on column code.list.source_en  is 'Publication that the codes come from, in English 来源（英文）';
comment on column code.list.made_zh    is 'How the list was made, in Chinese 编制方法（中文）';
comment on column code.list.made_en    is 'How the list was made, in English 编制方法（英文）';
comment on column code.list.edition    is 'Edition of the publication 来源版本';
comment on column code.list.parents_in is 'List that the parents of its codes stand in 上级代码所在代码表';
comment on index code.entry_once is 'reload'; -- no version: the codes are loaded anew, with these columns
