update {core} t
set record_version = b.last_version + 1, recorded_from = now()
from before b
where t.agency = %(agency)s and t.record_uid = b.record_uid;
