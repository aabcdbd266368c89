-- What the withdrawn submission has brought, or was the last to stand for, and nobody else has said since.
create temporary table verdict on commit drop as
select null::bigint as row, c.record_uid, c.record_version as version, 'ended' as fate, true as loads
from {core} c
join ledger.batch b on b.agency = c.agency and b.batch_id = c.batch_id
where c.agency = %(agency)s
  and (c.batch_id = any(%(readings)s)
       or b.state = 'withdrawn'
          and c.record_uid in (select unnest(record_uids) from ledger.said_again
                               where agency = %(agency)s and batch_id = any(%(readings)s)))
  and not exists (select from vouching v where v.record_uid = c.record_uid and v.turn > b.turn);
