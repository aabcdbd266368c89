-- Field by field, what would change in the records that core has and that would be loaded anew.
insert into difference (record_type, record_uid, record_no, field, before, after)
select %(record_type)s, c.record_uid, c.source_record_no, o.key, o.value, n.value
from {core} c
join {coming} t on t.record_uid = c.record_uid
cross join lateral jsonb_each_text(to_jsonb(c)) o
join lateral jsonb_each_text(to_jsonb(t)) n on n.key = o.key
where c.agency = %(agency)s and o.key <> all(%(hub_columns)s) and o.value is distinct from n.value;
