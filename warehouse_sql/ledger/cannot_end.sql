-- Is one of these a snapshot, which was all that there was, or itself a withdrawal?  Neither can be taken back.
select coalesce(bool_or(b.mode = 'snapshot'), false) as snapshot,
       coalesce(bool_or(s.operation = 'withdraw'), false) as withdrawal
from ledger.batch b
join ledger.delivery d using (agency, delivery_id)
left join ledger.submission s using (agency, submission_id)
where b.agency = %(agency)s and b.feed = %(feed)s and b.word = any(%(targets)s);
