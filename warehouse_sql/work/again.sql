-- DuckDB, over Arrow: the rows whose key stood before in the file, and whether their content is that of the first.
-- What `load/verdict_append` says where core is empty.
select row, row_hash = first_hash as same
from (select row, row_hash, first_value(row) over keyed as first_row, first_value(row_hash) over keyed as first_hash
      from arriving
      window keyed as (partition by record_uid order by row))
where row <> first_row
order by row;
