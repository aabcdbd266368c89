-- The turn of a submission whose number is smaller than one that was accepted: just before the nearest greater one.
select regexp_replace(b.turn, '([.]|-[0-9]{19}.*)$', '') || '-' || lpad(%(sequence)s::text, 19, '0')
from ledger.submission s
join ledger.delivery d using (agency, submission_id)
join ledger.batch b using (agency, delivery_id)
where s.agency = %(agency)s and s.feed = %(feed)s and s.sequence > %(sequence)s
  and b.state in ('received', 'mapped', 'validated', 'held', 'loaded', 'acknowledged', 'withdrawn')
order by s.sequence, b.turn
limit 1;
