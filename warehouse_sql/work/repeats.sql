-- DuckDB, over Arrow: within one file, rows that repeat the row before them under their key, and rows that correct it.
select count(*) filter (where before = row_hash), count(*) filter (where before <> row_hash)
from (select row_hash, lag(row_hash) over (partition by record_uid order by row) as before from arriving);
