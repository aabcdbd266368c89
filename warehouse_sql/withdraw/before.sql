-- The word that held before: of each record that ends, the version whose word is the latest of those that still stand,
-- unless one has withdrawn it since.
create temporary table before on commit drop as
select distinct on (h.record_uid) h.record_uid, h.record_version, h.recorded_to, h.batch_id, d.version as last_version
from verdict d
join {history} h on h.agency = %(agency)s and h.record_uid = d.record_uid
join ledger.batch b on b.agency = h.agency and b.batch_id = h.batch_id
where d.fate = 'ended' and b.word <> all(%(targets)s) and b.turn < %(turn)s
  and (b.state in ('loaded', 'acknowledged')
       or exists (select from vouching v where v.record_uid = h.record_uid and v.turn > b.turn))
  and not exists (select
                  from ledger.withdrawn w
                  join ledger.batch l using (agency, batch_id)
                  where l.agency = b.agency and l.feed = b.feed and l.turn > b.turn and l.state in ('loaded', 'acknowledged')
                    and d.record_uid = any(w.record_uids))
order by h.record_uid, b.turn desc, h.record_version desc;
