-- Has a later delivery of the source been loaded already?  Hardly ever: before a replay, or a batch that was held.
select exists (select from ledger.batch
               where agency = %(agency)s and feed = %(feed)s and turn > %(turn)s
                 and state in ('loaded', 'acknowledged'));
