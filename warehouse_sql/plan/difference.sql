create temporary table difference (
    record_type text not null,
    record_uid  uuid not null,
    record_no   text,
    field       text not null,
    before      text,
    after       text
) on commit drop;
