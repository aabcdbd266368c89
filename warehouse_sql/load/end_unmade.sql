-- Records that an earlier reading of this delivery has made, and that this one does not make: they move to history,
-- unless a later delivery has said the same.
insert into verdict (row, record_uid, version, fate, loads)
select null, c.record_uid, c.record_version, 'ended', true
from {core} c
where c.agency = %(agency)s and c.batch_id = any(%(readings)s)
  and not exists (select from arriving a where a.record_uid = c.record_uid)
  and not exists (select from vouched v where v.record_uid = c.record_uid);
