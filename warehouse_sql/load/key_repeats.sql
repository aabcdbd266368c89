-- Does any key stand more than once in this delivery?
select exists (select from arriving group by record_uid having count(*) > 1);
