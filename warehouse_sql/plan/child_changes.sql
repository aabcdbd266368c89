-- The same for a child's items; an item that comes or goes differs in every field that is filled.
with old as (
    select r.record_uid, c.position, e.key, e.value
    from {core} r
    join {coming} t on t.record_uid = r.record_uid
    join {core_child} c on c.agency = r.agency and c.record_uid = r.record_uid
    cross join lateral jsonb_each_text(to_jsonb(c)) e
    where r.agency = %(agency)s and e.value is not null and e.key <> all(%(hub_columns)s)
), new as (
    select c.record_uid, c.position, e.key, e.value
    from {coming_child} c
    cross join lateral jsonb_each_text(to_jsonb(c)) e
    where e.value is not null and e.key <> all(%(hub_columns)s)
)
insert into difference (record_type, record_uid, record_no, field, before, after)
select %(record_type)s, r.record_uid, r.source_record_no, %(child)s || '.' || d.key, d.before, d.after
from (select record_uid, key, old.value as before, new.value as after
      from old full join new using (record_uid, position, key)
      where old.value is distinct from new.value) d
join {core} r on r.agency = %(agency)s and r.record_uid = d.record_uid;
