-- Records of which this delivery says in the end what core holds already; a row that was refused says nothing.
insert into ledger.said_again (agency, batch_id, part, record_uids)
select %(agency)s, %(batch_id)s, left(record_uid::text, 1), array_agg(record_uid)
from (select record_uid
      from verdict
      group by record_uid
      having not bool_or(loads)
         and (bool_and(fate not in ('skipped', 'refused')) or bool_or(fate = 'unchanged'))) kept
group by left(record_uid::text, 1)
on conflict (agency, batch_id, part) do update set record_uids = said_again.record_uids || excluded.record_uids;
