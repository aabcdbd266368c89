-- What was made of it has gone with the work store: it is made once more from the bytes as they came.
update ledger.batch
set state = 'received'
where batch_id = %(batch_id)s and state in ('mapped', 'validated');
