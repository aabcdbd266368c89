-- Submissions that would now be read otherwise: what comes back is not from their last reading, or their row was refused
-- for a number that is free again.
insert into overruled (word)
select b.word
from before f
join ledger.batch b on b.agency = %(agency)s and b.batch_id = f.batch_id
where exists (select from ledger.batch r
              where r.agency = b.agency and r.feed = b.feed and r.word = b.word and r.number > b.number
                and r.state in ('loaded', 'acknowledged'))
union
select b.word
from quarantine.row q
join ledger.batch b using (agency, batch_id)
where q.agency = %(agency)s and q.feed = %(feed)s and q.state in ('open', 'resent')
  and q.findings @> '[{"code": "KEY_TAKEN"}]'
  and b.state in ('loaded', 'acknowledged') and b.word <> all(%(targets)s)
  and q.record_uid in (select record_uid from verdict where fate = 'ended' except select record_uid from before);
