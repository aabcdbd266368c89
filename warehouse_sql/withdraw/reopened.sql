-- What becomes of the rows that the withdrawn submission had closed: they wait again, as if it had never come, unless a
-- later reading has taken their place, or another submission that stands has spoken about the same record since.
create temporary table reopened on commit drop as
with spoken as (
    select record_uid, batch_id, true as good from brought
    union all
    select u.record_uid, s.batch_id, true
    from ledger.said_again s
    join ledger.batch b using (agency, batch_id)
    cross join lateral unnest(s.record_uids) as u (record_uid)
    where s.agency = %(agency)s and b.feed = %(feed)s and u.record_uid in (select record_uid from closed)
    union all
    select record_uid, batch_id, false
    from quarantine.row
    where agency = %(agency)s and feed = %(feed)s and record_uid in (select record_uid from closed)
), reading as (
    select batch_id, word, turn, lead(batch_id) over (partition by word order by number) as next
    from ledger.batch
    where agency = %(agency)s and feed = %(feed)s and state in ('loaded', 'acknowledged') and word <> all(%(targets)s)
), settled as (
    select distinct on (c.batch_id, c.row) c.batch_id, c.row, s.good, s.batch_id as by
    from closed c
    join spoken s using (record_uid)
    join reading r on r.batch_id = s.batch_id and r.next is null and r.turn > c.turn
    order by c.batch_id, c.row, r.turn, s.good desc
)
select c.batch_id, c.row,
       case when not c.stands then 'waived'
            when r.next is not null then 'replayed'
            when s.by is null then 'open'
            when s.good then 'corrected'
            else 'resent' end as state,
       case when not c.stands then %(batch_id)s else coalesce(r.next, s.by) end as closed_by
from closed c
left join reading r on r.batch_id = c.batch_id
left join settled s on s.batch_id = c.batch_id and s.row = c.row;
