-- An open end of a period is null, as in code.entry: clients in Python cannot hold an infinite day.
alter table code.sending_right
    drop constraint sending_right_pkey,
    alter column valid_from drop not null,
    alter column valid_to drop not null;
update code.sending_right
set valid_from = nullif(valid_from, '-infinity'), valid_to = nullif(valid_to, 'infinity');
alter table code.sending_right
    add constraint sending_right_once unique nulls not distinct (body, record_type, policy_row, valid_from);

alter table code.acting_body
    drop constraint acting_body_pkey,
    alter column valid_from drop not null,
    alter column valid_to drop not null;
update code.acting_body
set valid_from = nullif(valid_from, '-infinity'), valid_to = nullif(valid_to, 'infinity');
alter table code.acting_body
    add constraint acting_body_once unique nulls not distinct (body, record_type, acting, valid_from);

comment on column code.sending_right.valid_from  is 'First day; null: always was 起始日，空为一直有效';
comment on column code.sending_right.valid_to    is 'First day on which it no longer holds; null: it does 终止日（不含当日），空为仍有效';
comment on column code.acting_body.valid_from  is 'First day of the period; null: no earlier change 时期首日，空为此前无变更';
comment on column code.acting_body.valid_to    is 'First day after the period; null: no later change 时期后一日，空为此后无变更';
