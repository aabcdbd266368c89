-- Does any row of the source wait in quarantine that a good row of this batch could put right?
select exists (select from quarantine.row
               where agency = %(agency)s and feed = %(feed)s and state = 'open' and record_uid is not null);
