-- The greatest number that was let in at the door.
select max(s.sequence)
from ledger.submission s
join ledger.delivery d using (agency, submission_id)
where s.agency = %(agency)s and s.feed = %(feed)s and not d.refused;
