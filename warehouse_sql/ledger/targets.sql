-- The batches that a sender means by a batch number, or by the number of a submission.
select b.word
from ledger.batch b
join ledger.delivery d using (agency, delivery_id)
left join ledger.submission s using (agency, submission_id)
where b.agency = %(agency)s and b.feed = %(feed)s
  and (b.batch_id = %(batch_id)s::text
       or s.sequence = %(sequence)s::bigint
          and b.state in ('received', 'mapped', 'validated', 'held', 'loaded', 'acknowledged', 'withdrawn'))
group by b.word
order by min(b.origin_number);
