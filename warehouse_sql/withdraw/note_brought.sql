-- Who has ever brought the records that those rows are about.
insert into brought (record_uid, batch_id)
select record_uid, batch_id from {core} where agency = %(agency)s and record_uid in (select record_uid from closed)
union
select record_uid, batch_id from {history} where agency = %(agency)s and record_uid in (select record_uid from closed);
