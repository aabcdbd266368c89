-- A record that had ended and is made again goes on with the number after its last version in history.
update {core} t
set record_version = h.version + 1
from (select record_uid, max(record_version) as version
      from {history}
      where agency = %(agency)s and record_uid in (select record_uid from arriving)
      group by record_uid) h
where t.agency = %(agency)s and t.record_uid = h.record_uid and t.batch_id = %(batch_id)s and t.record_version = 1;
