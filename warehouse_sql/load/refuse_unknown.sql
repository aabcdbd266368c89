-- A correction may only touch what is known: in core, in history, or kept out when it was sent.  A correction that was
-- refused makes nothing known: sent once more, or read again, it is refused again.
with unknown as (
    select a.record_uid
    from arriving a
    group by a.record_uid
    having not exists (select from {core} c where c.agency = %(agency)s and c.record_uid = a.record_uid)
       and not exists (select from {history} h where h.agency = %(agency)s and h.record_uid = a.record_uid)
       and not exists (select from quarantine.row q
                       join ledger.batch b using (agency, batch_id)
                       join ledger.delivery d using (agency, delivery_id)
                       left join ledger.submission s using (agency, submission_id)
                       where q.agency = %(agency)s and q.feed = %(feed)s and q.record_uid = a.record_uid
                         and coalesce(s.operation, 'new') = 'new')
), gone as (
    delete from verdict v using unknown u where v.record_uid = u.record_uid
)
insert into verdict (row, record_uid, version, fate, loads)
select a.row, a.record_uid, null, 'refused', false
from arriving a
join unknown using (record_uid);
