create temporary table brought (record_uid uuid not null, batch_id text not null) on commit drop;
