-- Records that a later word has ended, and core therefore lacks, are not brought back by an older one.  A snapshot ends
-- what it does not name; one with a row of which nobody can tell what it names has ended nothing.  Its last reading
-- counts.
with later as (
    select distinct on (word) batch_id
    from ledger.batch
    where agency = %(agency)s and feed = %(feed)s and turn > %(turn)s and mode = 'snapshot'
      and state in ('loaded', 'acknowledged')
    order by word, number desc
), picture as (
    select l.batch_id
    from later l
    where not exists (select from quarantine.row q
                      where q.agency = %(agency)s and q.batch_id = l.batch_id and q.record_uid is null)
), named as (
    select q.record_uid, count(distinct q.batch_id) as times
    from quarantine.row q
    join picture using (batch_id)
    where q.agency = %(agency)s
    group by q.record_uid
), ended as (
    select a.row, a.record_uid
    from arriving a
    left join named n using (record_uid)
    where not exists (select from {core} c where c.agency = %(agency)s and c.record_uid = a.record_uid)
      and ((select count(*) from picture) > coalesce(n.times, 0)
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
