-- What is to be read again: those, and what came while the withdrawn submission stood and had rows left out for a later
-- word.
select r.word, min(o.number) as number
from overruled r
join ledger.batch o on o.agency = %(agency)s and o.batch_id = r.word
group by r.word
union
select b.word, b.origin_number
from ledger.batch b
join ledger.skipped k using (agency, batch_id)
join ledger.delivery d using (agency, delivery_id)
left join ledger.submission s using (agency, submission_id)
where b.agency = %(agency)s and b.feed = %(feed)s and b.state in ('loaded', 'acknowledged')
  and k.reason = any(%(reasons)s) and coalesce(s.operation, 'new') in ('new', 'correct')
  and exists (select from ledger.batch t
              where t.agency = b.agency and t.batch_id = any(%(readings)s)
                and t.turn > b.turn and t.number < b.loaded_number)
  and not exists (select from ledger.batch r
                  where r.agency = b.agency and r.feed = b.feed and r.word = b.word and r.number > b.number
                    and r.state in ('loaded', 'acknowledged'))
order by number;
