-- A snapshot is all that there is: what core has of the feed, and this delivery does not name, moves to history, unless
-- its word is a later one.  A row that was kept out is named all the same.
insert into verdict (row, record_uid, version, fate, loads)
select null, c.record_uid, c.record_version, 'ended', true
from {core} c
join ledger.batch b on b.agency = c.agency and b.batch_id = c.batch_id
where c.agency = %(agency)s and c.feed = %(feed)s and b.turn <= %(turn)s
  and not exists (select from arriving a where a.record_uid = c.record_uid)
  and not exists (select from kept_out k where k.record_uid = c.record_uid)
  and not exists (select from vouched v where v.record_uid = c.record_uid)
  and not exists (select from verdict d where d.record_uid = c.record_uid);
