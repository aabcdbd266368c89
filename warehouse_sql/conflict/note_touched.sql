-- Rows that are simply new have no verdict; of the others, those by which load changes something.
insert into touched (record_type, agency, record_uid)
select %(record_type)s, %(agency)s, a.record_uid
from arriving a
where not exists (select from verdict v where v.row = a.row)
union
select %(record_type)s, %(agency)s, v.record_uid from verdict v where v.loads;
