-- What came, each delivery once, with what became of it in the end.
select b.batch_id as batch,
       coalesce((select l.state from ledger.batch l
                 where l.agency = b.agency and l.feed = b.feed and l.word = b.word
                   and l.state in ('loaded', 'acknowledged', 'withdrawn')
                 order by l.state = 'withdrawn' desc, l.number desc limit 1), b.state) as state,
       coalesce(s.operation, 'new') as operation, b.received_at, s.period_from, s.period_to
from ledger.batch b
join ledger.delivery d using (agency, delivery_id)
left join ledger.submission s using (agency, submission_id)
where b.agency || '/' || b.feed = %(source)s and b.replay_of is null
order by b.number;
