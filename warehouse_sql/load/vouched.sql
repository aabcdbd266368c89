-- Records that a later delivery has named and left as they were.  Its last reading counts; one that waits to be read
-- again will say it again.
create temporary table if not exists vouched on commit drop as
select distinct unnest(s.record_uids) as record_uid
from ledger.said_again s
join ledger.batch b using (agency, batch_id)
where b.agency = %(agency)s and b.feed = %(feed)s and b.turn > %(turn)s and b.state <> 'withdrawn'
  and not exists (select from ledger.batch r
                  where r.agency = b.agency and r.feed = b.feed and r.word = b.word
                    and (r.number > b.number and r.state in ('loaded', 'acknowledged')
                         or r.state in ('received', 'mapped', 'validated')));
