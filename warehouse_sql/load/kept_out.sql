create temporary table if not exists kept_out (record_uid uuid) on commit drop;
