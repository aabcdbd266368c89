update {core} t
set record_version = v.version + 1
from verdict v
where t.agency = %(agency)s and t.record_uid = v.record_uid and v.loads and v.version is not null;
