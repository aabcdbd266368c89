-- The submissions that have this number already, of which a file was accepted or is on its way; those that stand first.
-- A replay may have been rejected since: what counts is that it was let in.
select s.content, (array_agg(b.word order by b.origin_number))[1] as batch_id, bool_or(b.state = 'withdrawn') as withdrawn
from ledger.submission s
join ledger.delivery d using (agency, submission_id)
join ledger.batch b using (agency, delivery_id)
where s.agency = %(agency)s and s.feed = %(feed)s and s.sequence = %(sequence)s
  and b.state in ('received', 'mapped', 'validated', 'held', 'loaded', 'acknowledged', 'withdrawn')
group by s.submission_id, s.content
order by withdrawn, min(b.origin_number);
