-- Snapshot feeds: what a delivery does not name has ended.

-- name: create_quarantined_keys
-- Creates the table of the keys of quarantined rows: they are named all the same.
create temporary table if not exists quarantined_key (record_uid uuid) on commit drop;

-- name: end_absent
-- Ends what core has of the feed and this delivery does not name, unless a later delivery holds.
insert into row_outcome (row, record_uid, version, outcome, loads)
select null, c.record_uid, c.record_version, 'ended', true
from {core} c
join ledger.batch b on b.agency = c.agency and b.batch_id = c.batch_id
where c.agency = %(agency)s and c.feed = %(feed)s and b.precedence <= %(precedence)s
  and not exists (select from incoming a where a.record_uid = c.record_uid)
  and not exists (select from quarantined_key k where k.record_uid = c.record_uid)
  and not exists (select from protected v where v.record_uid = c.record_uid)
  and not exists (select from row_outcome d where d.record_uid = c.record_uid);

-- name: count_ended
-- Returns how many records of the feed core has, and how many of them this delivery would end.
select (select count(*) from {core} where agency = %(agency)s and feed = %(feed)s),
       (select count(*) from row_outcome where outcome = 'ended');
