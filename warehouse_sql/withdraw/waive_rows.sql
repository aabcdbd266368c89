update quarantine.row
set state = 'waived', closed_at = now(), closed_by = %(batch_id)s
where agency = %(agency)s and batch_id = any(%(readings)s) and state = 'open';
