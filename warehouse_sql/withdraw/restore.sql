insert into {core} ({columns})
select {qualified}
from {history} t
join before b on t.agency = %(agency)s and t.record_uid = b.record_uid and t.recorded_to = b.recorded_to;
