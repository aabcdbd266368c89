-- Records that submissions which still stand have named and left as they were: the latest word of each.
create temporary table vouching on commit drop as
select u.record_uid, max(b.turn) as turn
from ledger.said_again s
join ledger.batch b using (agency, batch_id)
cross join lateral unnest(s.record_uids) as u(record_uid)
where b.agency = %(agency)s and b.feed = %(feed)s and b.word <> all(%(targets)s)
  and b.state in ('loaded', 'acknowledged')
group by u.record_uid;
