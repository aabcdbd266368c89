-- How many conflicts of each source a cause has closed for good, and the language of its agency.
select s.agency, s.feed, a.language, count(*) filter (where c.closed_by = %(cause)s and c.outcome <> 'replaced') as closed
from ledger.conflict_side c
join ledger.source s on s.agency = c.agency and s.feed = c.feed
join ledger.agency a on a.agency = s.agency
where c.opened_by = %(cause)s or c.closed_by = %(cause)s
group by s.agency, s.feed, a.language
order by s.agency, s.feed;
