-- The submission that holds this number already: one of which a file was accepted, or is on its way.
select s.content, min(b.word) as batch_id
from ledger.submission s
join ledger.delivery d using (agency, submission_id)
join ledger.batch b using (agency, delivery_id)
where s.agency = %(agency)s and s.feed = %(feed)s and s.sequence = %(sequence)s
  and b.state in ('received', 'mapped', 'validated', 'held', 'loaded', 'acknowledged', 'withdrawn')
group by s.submission_id, s.content
order by s.submission_id
limit 1;
