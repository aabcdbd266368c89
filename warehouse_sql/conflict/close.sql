-- Open conflicts of touched records that the comparison has not found again.
with open as (
    select c.ctid as at
    from touched t
    join ledger.conflict c on c.left_agency = t.agency and c.left_uid = t.record_uid
    where t.record_type = %(left_type)s and c.link = %(link)s and c.closed_at is null
    union
    select c.ctid
    from touched t
    join ledger.conflict c on c.right_agency = t.agency and c.right_uid = t.record_uid
    where t.record_type = %(right_type)s and c.link = %(link)s and c.closed_at is null
), again as (
    select distinct rule, left_agency, left_uid, right_agency, right_uid, thing, left_value, right_value
    from differing
    where link = %(link)s
)
update ledger.conflict c
set closed_at = now(), closed_by = %(cause)s,
    outcome = case
        when not exists (select from {left} l where l.agency = c.left_agency and l.record_uid = c.left_uid)
          or not exists (select from {right} r where r.agency = c.right_agency and r.record_uid = c.right_uid)
            then 'ended'
        when exists (select from again a
                     where (a.rule, a.left_agency, a.left_uid, a.right_agency, a.right_uid, a.thing)
                         = (c.rule, c.left_agency, c.left_uid, c.right_agency, c.right_uid, c.thing))
            then 'replaced'
        else 'agreed' end
from open o
where c.ctid = o.at
  and not exists (select from again a
                  where (a.rule, a.left_agency, a.left_uid, a.right_agency, a.right_uid, a.thing)
                      = (c.rule, c.left_agency, c.left_uid, c.right_agency, c.right_uid, c.thing)
                    and (a.left_value, a.right_value) is not distinct from (c.left_value, c.right_value));
