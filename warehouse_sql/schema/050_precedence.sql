-- Of two batches about one record the one with the greater `precedence` holds (docs/decisions/0012).  What a batch says of
-- records without changing them is kept here.
create table ledger.reaffirmed (
    agency      text not null,
    batch_id    text not null,
    part        text not null,
    record_uids uuid[] not null,
    primary key (agency, batch_id, part),
    foreign key (agency, batch_id) references ledger.batch (agency, batch_id)
);
comment on table ledger.reaffirmed is 'Records that a batch named and left as they were; an older batch may not change them 各批次中内容无变化的记录';
comment on column ledger.reaffirmed.part is 'First digit of the identities, to keep the lists short 记录标识首位（分段）';

create table ledger.withdrawn (
    agency      text not null,
    batch_id    text not null,
    part        text not null,
    record_uids uuid[] not null,
    primary key (agency, batch_id, part),
    foreign key (agency, batch_id) references ledger.batch (agency, batch_id)
);
comment on table ledger.withdrawn is 'Records that a batch has withdrawn; an older batch may not bring them back 各批次撤回的记录';
