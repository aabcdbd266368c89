-- The figures of the batches of the source that were accepted before this one, oldest first.
select figures
from (select b.word, p.figures
      from ledger.profile p
      join ledger.batch b using (agency, batch_id)
      where b.agency = %(agency)s and b.feed = %(feed)s and b.word < %(word)s and b.replay_of is null
        and b.state in ('loaded', 'acknowledged')
      order by b.word desc
      limit %(limit)s) recent
order by word;
