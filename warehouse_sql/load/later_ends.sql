-- May a later word have ended records: a withdrawal of single ones, or a snapshot, which is all that there was?
select exists (select from ledger.batch b join ledger.withdrawn w using (agency, batch_id)
               where b.agency = %(agency)s and b.feed = %(feed)s and b.turn > %(turn)s
                 and b.state in ('loaded', 'acknowledged'))
    or exists (select from ledger.batch
               where agency = %(agency)s and feed = %(feed)s and turn > %(turn)s and mode = 'snapshot'
                 and state in ('loaded', 'acknowledged'));
