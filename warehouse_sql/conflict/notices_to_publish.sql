-- Any number of publishers: each takes the rows that no other holds; a repeat writes the same bytes again.
select n.agency, n.feed, n.cause, n.kind, n.name, n.body
from ledger.notice n
where n.published_at is null and (%(cause)s::text is null or n.cause = %(cause)s)
for update skip locked;
