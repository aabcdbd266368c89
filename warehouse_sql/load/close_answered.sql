-- What a row names as the row that it corrects is closed: put right by a good one, else waiting in the later batch.
update quarantine.row q
set state = case when a.good then 'corrected' else 'resent' end, closed_at = now(), closed_by = %(batch_id)s
from (select o.batch_id, a.corrects, bool_or(k.row is null) as good
      from answered a
      left join quarantine.row k on k.agency = %(agency)s and k.batch_id = %(batch_id)s and k.row = a.row
      join ledger.batch n on n.batch_id = a.batch_id and n.agency = %(agency)s and n.feed = %(feed)s
      join ledger.batch o on o.agency = n.agency and o.feed = n.feed and o.word = n.word
      where o.turn < %(turn)s
      group by o.batch_id, a.corrects) a
where q.agency = %(agency)s and q.batch_id = a.batch_id and q.row = a.corrects and q.state = 'open';
