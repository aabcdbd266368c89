-- An append feed: a key that core knows may come again with the same content only, and so may a key of this delivery.
-- Other content is refused, unless it is this delivery's own, read again.  Rows that are simply new are not written down.
create temporary table verdict on commit drop as
select p.row, p.record_uid, case when p.own then p.version end as version, p.fate,
       p.row = p.first_row and (p.record_version is null or p.own and p.fate = 'changed') as loads
from (
    select a.row, a.record_uid, c.record_version, c.record_version as version, f.row as first_row,
           coalesce(b.word = %(word)s, false) as own,
           case when a.row <> f.row and a.row_hash = f.row_hash then 'duplicate'
                when a.row <> f.row then 'refused'
                when c.record_uid is null then 'new'
                when c.row_hash = a.row_hash then 'unchanged'
                when b.word = %(word)s then 'changed'
                else 'refused' end as fate
    from arriving a
    join (select distinct on (record_uid) record_uid, row, row_hash from arriving order by record_uid, row) f
      using (record_uid)
    left join {core} c on c.agency = %(agency)s and c.record_uid = a.record_uid
    left join ledger.batch b on b.agency = c.agency and b.batch_id = c.batch_id
) p
where p.fate <> 'new';
