-- Has its sender withdrawn what this delivery said?  Then a reading that was under way has nothing to say.
select exists (select from ledger.batch
               where agency = %(agency)s and feed = %(feed)s and word = %(word)s and state = 'withdrawn');
