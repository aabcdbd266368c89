-- Records that a later word has ended, and core therefore lacks, are not brought back by an older one.
with ended as (
    select a.row, a.record_uid
    from arriving a
    where not exists (select from {core} c where c.agency = %(agency)s and c.record_uid = a.record_uid)
      and (%(snapshot)s
           or a.record_uid in (select unnest(w.record_uids)
                               from ledger.withdrawn w
                               join ledger.batch b using (agency, batch_id)
                               where b.agency = %(agency)s and b.feed = %(feed)s and b.turn > %(turn)s
                                 and b.state in ('loaded', 'acknowledged')))
), known as (
    delete from verdict v using ended e where v.record_uid = e.record_uid
)
insert into verdict (row, record_uid, version, fate, loads)
select row, record_uid, null, 'skipped', false from ended;
