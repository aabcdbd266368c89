-- Keys repeat.  In the order of the file: the same content as the row before it under that key is a duplicate; other
-- content is a correction of it.  The last content of each key is loaded, if core does not hold it already.
create temporary table verdict on commit drop as
with ordered as (
    select row, record_uid, row_hash,
           row_hash is not distinct from lag(row_hash) over (partition by record_uid order by row) as repeats
    from arriving
), placed as (
    select row, record_uid, row_hash, repeats,
           row_number() over (partition by record_uid, repeats order by row) = 1 and not repeats as first,
           row_number() over (partition by record_uid, repeats order by row desc) = 1 and not repeats as last
    from ordered
)
select p.row, p.record_uid, c.record_version as version,
       case when p.repeats then 'duplicate'
            when not p.first then 'changed'
            when c.record_uid is null then 'new'
            when c.row_hash = p.row_hash then 'unchanged'
            else 'changed' end as fate,
       p.last and c.row_hash is distinct from p.row_hash as loads
from placed p
left join {core} c on c.agency = %(agency)s and c.record_uid = p.record_uid;
