create temporary table fate (row bigint, fate text, rank integer) on commit drop;
