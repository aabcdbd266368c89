-- Every key of the list is withdrawn, also one that nobody knows yet: an older word that comes late may name it.
insert into ledger.withdrawn (agency, batch_id, part, record_uids)
select %(agency)s, %(batch_id)s, left(record_uid::text, 1), array_agg(distinct record_uid)
from arriving
group by left(record_uid::text, 1)
on conflict (agency, batch_id, part) do update set record_uids = withdrawn.record_uids || excluded.record_uids;
