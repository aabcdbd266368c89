-- The rows of this batch that say which row of which submission they are.
create temporary table answered (
    row      bigint not null,
    batch_id text   not null,
    corrects bigint not null
) on commit drop;
