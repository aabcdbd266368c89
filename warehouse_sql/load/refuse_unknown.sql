-- A correction may only touch what is known: in core, in history, or waiting in quarantine to be put right.
with unknown as (
    select a.record_uid
    from arriving a
    group by a.record_uid
    having not exists (select from {core} c where c.agency = %(agency)s and c.record_uid = a.record_uid)
       and not exists (select from {history} h where h.agency = %(agency)s and h.record_uid = a.record_uid)
       and not exists (select from quarantine.row q
                       where q.agency = %(agency)s and q.feed = %(feed)s and q.record_uid = a.record_uid
                         and q.batch_id <> %(batch_id)s)
), gone as (
    delete from verdict v using unknown u where v.record_uid = u.record_uid
)
insert into verdict (row, record_uid, version, fate, loads)
select a.row, a.record_uid, null, 'refused', false
from arriving a
join unknown using (record_uid);
