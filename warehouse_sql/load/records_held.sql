-- How many records of the feed core has, and how many of them this delivery would end.
select (select count(*) from {core} where agency = %(agency)s and feed = %(feed)s),
       (select count(*) from verdict where fate = 'ended');
