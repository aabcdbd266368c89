update ledger.batch
set state = 'withdrawn'
where agency = %(agency)s and batch_id = any(%(readings)s) and state in ('loaded', 'acknowledged');
