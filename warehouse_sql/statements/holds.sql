-- Batches that wait for a person, and the figures that later batches are judged by.

-- name: accepted_figures
-- Returns the figures of the batches of the source that were accepted before this one, oldest first.
select figures
from (select b.number, p.figures
      from ledger.profile p
      join ledger.batch b using (agency, batch_id)
      join ledger.delivery d on d.agency = b.agency and d.delivery_id = b.delivery_id
      left join ledger.submission s on s.agency = d.agency and s.submission_id = d.submission_id
      where b.agency = %(agency)s and b.feed = %(feed)s and b.number < %(number)s and b.replay_of is null and coalesce(s.operation, 'new') = 'new'
        and b.state in ('loaded', 'acknowledged')
      order by b.number desc
      limit %(limit)s) recent
order by number;

-- name: upsert_figures
-- Records the figures of a batch and what the batch rules said.
insert into ledger.profile (agency, batch_id, figures, results)
values (%(agency)s, %(batch_id)s, %(figures)s, %(results)s)
on conflict (agency, batch_id) do update set figures = excluded.figures, results = excluded.results;

-- name: judged_batches
-- Returns the last batches of each source with what the batch rules said of them, newest first.
select source, batch_id, file_name, state, received_at, results
from (select b.agency || '/' || b.feed as source, b.batch_id, d.file_name, b.state, b.received_at, p.results,
             row_number() over (partition by b.agency, b.feed order by b.number desc) as nth
      from ledger.profile p
      join ledger.batch b using (agency, batch_id)
      join ledger.delivery d using (agency, delivery_id)) judged
where nth <= %(last)s
order by source, nth;

-- name: transaction_time
-- Returns the moment of this transaction, in UTC.
select now() at time zone 'UTC';

-- name: hold_batch
-- Holds a batch; held for new reasons, it waits for a new decision, and the old one stays in the audit.
insert into ledger.hold (agency, batch_id, reasons)
values (%(agency)s, %(batch_id)s, %(reasons)s)
on conflict (agency, batch_id) do update
    set reasons = excluded.reasons, held_at = now(), decision = null, decided_by = null, decided_at = null, comment = null;

-- name: hold_of_batch
-- Returns the hold of a batch with its decision, if it was ever held.
select decision, decided_by, decided_at, comment, reasons, held_at
from ledger.hold
where batch_id = %(batch_id)s;

-- name: open_holds
-- Returns the holds that nobody has decided, oldest batch first.
select h.batch_id as batch, b.agency || '/' || b.feed as source, d.file_name as file, b.received_at, h.held_at, h.reasons
from ledger.hold h
join ledger.batch b using (agency, batch_id)
join ledger.delivery d using (agency, delivery_id)
where b.state = 'held' and h.decision is null and (%(source)s::text is null or b.agency || '/' || b.feed = %(source)s)
order by b.number;

-- name: decide
-- Records a decision, unless there is one.
update ledger.hold
set decision = %(decision)s, decided_by = %(who)s, decided_at = coalesce(%(at)s, now()), comment = %(comment)s
where batch_id = %(batch_id)s and decision is null;

-- name: insert_audit
-- Records who did what.
insert into ledger.audit (who, what, agency, batch_id, detail)
values (%(who)s, %(what)s, %(agency)s, %(batch_id)s, %(detail)s);
