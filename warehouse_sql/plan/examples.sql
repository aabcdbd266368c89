-- Of every field a few changes, the frequent ones first.
select record_type, field, before, after, records, record_no
from (select record_type, field, before, after, count(*) as records, min(record_no) as record_no,
             row_number() over (partition by record_type, field order by count(*) desc, min(record_no)) as place
      from difference
      group by 1, 2, 3, 4) d
where place <= %(limit)s
order by record_type, field, place;
