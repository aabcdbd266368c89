-- Every reading of one delivery, and the batches whose rows have put rows of it right.
with thread as (
    select agency, batch_id from ledger.batch where word = %(origin)s
), correcting as (
    select distinct q.agency, q.closed_by as batch_id
    from quarantine.row q
    join thread using (agency, batch_id)
    where q.state = 'corrected' and q.closed_by is not null
)
select b.batch_id as batch,
       case when t.batch_id is null then 'correction' when b.replay_of is null then 'origin' else 'replay' end as role,
       d.file_name as file, b.state, b.read, b.new, b.changed, b.unchanged, b.duplicate, b.quarantined, b.skipped, b.ended,
       (select count(*) from quarantine.row q
        where q.agency = b.agency and q.batch_id = b.batch_id and q.state = 'open') as open,
       (select count(*) from quarantine.row q
        where q.agency = b.agency and q.batch_id = b.batch_id and q.state = 'replayed') as replayed,
       (select count(*) from quarantine.row q
        where q.agency = b.agency and q.batch_id = b.batch_id and q.state = 'corrected') as corrected,
       b.mapping_version, b.standard_version, b.received_at, b.loaded_at
from ledger.batch b
join ledger.delivery d using (agency, delivery_id)
left join thread t using (agency, batch_id)
where (b.agency, b.batch_id) in (select * from thread union select * from correcting)
order by b.batch_id;
