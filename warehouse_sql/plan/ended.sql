-- Records that would be made no more.
select c.source_record_no as record_no
from verdict v
join {core} c on c.agency = %(agency)s and c.record_uid = v.record_uid
where v.fate = 'ended'
order by 1
limit %(limit)s;
