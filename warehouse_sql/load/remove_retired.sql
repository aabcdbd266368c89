delete from {core} t
using verdict v
where t.agency = %(agency)s and t.record_uid = v.record_uid and v.loads and v.version is not null;
