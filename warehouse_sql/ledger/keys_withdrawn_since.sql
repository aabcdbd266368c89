-- Has a later word than this submission's withdrawn single records?
select exists (select from ledger.withdrawn w
               join ledger.batch b using (agency, batch_id)
               where b.agency = %(agency)s and b.feed = %(feed)s and b.state in ('loaded', 'acknowledged')
                 and b.turn > (select max(turn) from ledger.batch
                               where agency = %(agency)s and feed = %(feed)s and word = %(word)s));
