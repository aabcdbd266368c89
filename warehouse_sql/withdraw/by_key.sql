-- What becomes of each key of a list: its record ends, or a later word holds, or it had ended, or nobody knows it.
create temporary table verdict on commit drop as
select a.row, a.record_uid, c.record_version as version,
       case when c.record_uid is not null and (b.turn > %(turn)s or v.record_uid is not null) then 'skipped'
            when c.record_uid is not null and a.again then 'duplicate'
            when c.record_uid is not null then 'ended'
            when exists (select from {history} h where h.agency = %(agency)s and h.record_uid = a.record_uid) then 'unchanged'
            else 'unknown' end as fate,
       c.record_uid is not null and not a.again and b.turn <= %(turn)s and v.record_uid is null as loads
from (select row, record_uid, row_number() over (partition by record_uid order by row) > 1 as again from arriving) a
left join {core} c on c.agency = %(agency)s and c.record_uid = a.record_uid
left join ledger.batch b on b.agency = c.agency and b.batch_id = c.batch_id
left join vouched v on v.record_uid = a.record_uid;
