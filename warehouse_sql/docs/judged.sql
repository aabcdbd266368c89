-- The last batches of each source with what the batch rules said of them, newest first.
select source, batch_id, file_name, state, received_at, results
from (select b.agency || '/' || b.feed as source, b.batch_id, d.file_name, b.state, b.received_at, p.results,
             row_number() over (partition by b.agency, b.feed order by b.number desc) as nth
      from ledger.profile p
      join ledger.batch b using (agency, batch_id)
      join ledger.delivery d using (agency, delivery_id)) judged
where nth <= %(last)s
order by source, nth;
