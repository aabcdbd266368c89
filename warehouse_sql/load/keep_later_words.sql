-- What a later delivery has said about a record stays; a row of this one about it is skipped, with that reason.
update verdict v
set fate = 'skipped', loads = false
from {core} c
join ledger.batch b on b.agency = c.agency and b.batch_id = c.batch_id
where c.agency = %(agency)s and c.record_uid = v.record_uid
  and (b.turn > %(turn)s or c.record_uid in (select record_uid from vouched));
