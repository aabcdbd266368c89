-- Every key once: a row is new unless core knows its key.  Only rows that are not simply new are written down.
create temporary table verdict on commit drop as
select a.row, a.record_uid, c.record_version as version,
       case when c.row_hash = a.row_hash then 'unchanged' else 'changed' end as fate,
       c.row_hash <> a.row_hash as loads
from arriving a
join {core} c on c.agency = %(agency)s and c.record_uid = a.record_uid;
