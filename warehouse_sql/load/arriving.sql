-- What arrives, by key and content only: the classification needs no more, so a row's text is sent once, to its table.
create temporary table arriving (
    row        bigint not null,
    record_uid uuid   not null,
    row_hash   bytea  not null
) on commit drop;
