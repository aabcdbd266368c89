-- The touched records of one side of a link, and what those of the other side say of the same things.
insert into differing
select distinct %(link)s, d.rule, concat_ws(' / ', {thing}),
       l.agency, l.feed, l.record_uid, l.source_record_no, d.left_value, l.batch_id,
       r.agency, r.feed, r.record_uid, r.source_record_no, d.right_value, r.batch_id
from touched t
join {near} on {touched}
join {far} on {same_thing}
cross join lateral (values {rules}) as d (rule, left_value, right_value, differs)
where t.record_type = %(record_type)s and d.differs and {apart};
