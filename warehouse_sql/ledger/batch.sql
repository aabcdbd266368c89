select b.agency, b.feed, b.batch_id, b.delivery_id, b.state, b.attempt, b.last_fault, b.waits_for, b.duplicate_of, b.replay_of, b.word, b.turn, b.number, b.origin_number,
       b.mapping_version, b.standard_version,
       b.read, b.new, b.changed, b.unchanged, b.duplicate, b.quarantined, b.skipped,
       b.received_at, b.mapped_at, b.validated_at, b.loaded_at, b.acknowledged_at,
       d.file_name, d.sha256, d.bytes, d.connector, a.language, a.name_zh, a.name_en,
       coalesce(s.operation, 'new') as operation, d.submission_id, d.notes
from ledger.batch b
join ledger.delivery d using (agency, delivery_id)
join ledger.agency a using (agency)
left join ledger.submission s using (agency, submission_id)
where b.batch_id = %(batch_id)s;
