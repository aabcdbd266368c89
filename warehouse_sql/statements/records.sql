-- Records as they are now, to be given to others.

-- name: current_records
-- Returns the given columns of every record of a type, or of one source's, in the order of their numbers.
select agency, record_uid, {columns}
from {core}
where %(source)s::text is null or agency || '/' || feed = %(source)s
order by agency, feed, source_record_no, record_uid;

-- name: current_items
-- Returns the given columns of every item of a list of these records, in order.
select i.agency, i.record_uid, {columns}
from {items} i
join {core} r using (agency, record_uid)
where %(source)s::text is null or r.agency || '/' || r.feed = %(source)s
order by i.agency, i.record_uid, i.position;
