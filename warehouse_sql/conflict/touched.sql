-- The records of linked types that this transaction makes, changes or ends.
create temporary table if not exists touched (
    record_type text not null,
    agency      text not null,
    record_uid  uuid not null
) on commit drop;
