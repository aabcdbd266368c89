-- DuckDB, over Arrow: within one file, rows that repeat the row before them under their key, rows that correct it, and
-- rows that a later one corrects.  What `load/verdict_repeated` says where core is empty.
select count(*) filter (where repeats), count(*) filter (where not repeats and place > 1),
       count(*) filter (where not repeats and place < versions)
from (select repeats, row_number() over (partition by record_uid, repeats order by row) as place,
             count(*) over (partition by record_uid, repeats) as versions
      from (select row, record_uid,
                   row_hash is not distinct from lag(row_hash) over (partition by record_uid order by row) as repeats
            from arriving));
