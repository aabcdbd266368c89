-- Once per pair, rule and pair of values: one that is open already stays as it is.
insert into ledger.conflict (link, rule, thing,
    left_agency, left_feed, left_uid, left_record_no, left_value, left_batch,
    right_agency, right_feed, right_uid, right_record_no, right_value, right_batch, opened_by)
select d.*, %(cause)s
from differing d
where d.link = %(link)s
on conflict do nothing;
