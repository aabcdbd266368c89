-- Of the rows that earlier readings of this delivery had to refuse, how many are good in this one?
select count(distinct r.row)
from quarantine.row r
join ledger.batch b using (agency, batch_id)
where r.agency = %(agency)s and b.feed = %(feed)s and b.word = %(word)s and r.batch_id <> %(batch_id)s
  and not exists (select from quarantine.row n
                  where n.agency = r.agency and n.batch_id = %(batch_id)s and n.row = r.row);
