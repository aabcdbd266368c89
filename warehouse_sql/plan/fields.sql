select record_type, field, count(distinct record_uid) as records
from difference
group by 1, 2
order by records desc, record_type, field;
