-- The figures of the batches of the source that were accepted before this one, oldest first.
select figures
from (select b.number, p.figures
      from ledger.profile p
      join ledger.batch b using (agency, batch_id)
      join ledger.delivery d on d.agency = b.agency and d.delivery_id = b.delivery_id
      left join ledger.submission s on s.agency = d.agency and s.submission_id = d.submission_id
      where b.agency = %(agency)s and b.feed = %(feed)s and b.number < %(number)s and b.replay_of is null and coalesce(s.operation, 'new') = 'new'
        and b.state in ('loaded', 'acknowledged')
      order by b.number desc
      limit %(limit)s) recent
order by number;
