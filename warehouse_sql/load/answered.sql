-- The rows of this batch that say which row of which submission they are, and whether they are good now.
create temporary table answered (
    row      bigint not null,
    batch_id text   not null,
    corrects bigint not null,
    good     boolean not null
) on commit drop;
