-- Manifests: what senders say about their files, and what admission asks the ledger about it.

-- name: insert_submission
-- Records what a manifest says; a repeat changes nothing.
insert into ledger.submission (agency, feed, submission_id, operation, sequence, content, period, period_from, period_to,
                               targets, reason, sender, signer, notes, manifest_sha256, received_at)
values (%(agency)s, %(feed)s, %(submission_id)s, %(operation)s, %(sequence)s, %(content)s, %(period)s, %(period_from)s,
        %(period_to)s, %(targets)s, %(reason)s, %(sender)s, %(signer)s, %(notes)s, %(manifest_sha256)s, %(received_at)s)
on conflict (agency, submission_id) do nothing;

-- name: submission_of_batch
-- Returns what the manifest of a batch says; no row when it came without one.
select s.submission_id, s.operation, s.sequence, s.period, s.targets, s.reason, s.sender, s.signer, s.notes,
       s.manifest_sha256, d.rows_declared
from ledger.batch b
join ledger.delivery d using (agency, delivery_id)
join ledger.submission s using (agency, submission_id)
where b.batch_id = %(batch_id)s;

-- name: accepted_before
-- Returns the batch that already delivered these bytes and its precedence, or nulls.  Only what was accepted, or is on
-- its way, can be an original; bytes that were accepted at a replay belong to the batch that brought them.
select (array_agg(b.origin_batch order by b.origin_number))[1], max(b.precedence)
from ledger.delivery d
join ledger.batch b using (agency, delivery_id)
left join ledger.submission s using (agency, submission_id)
where d.agency = %(agency)s and d.feed = %(feed)s and d.sha256 = %(sha256)s
  and coalesce(s.operation, 'new') = %(operation)s
  and b.state in ('received', 'mapped', 'validated', 'held', 'loaded', 'acknowledged');

-- name: undone_since
-- Returns whether a later delivery may have undone these bytes: a withdrawal, or in a snapshot feed any other content.
-- A statement of its own: joined to `accepted_before` it would cost every delivery a plan of its own.
select exists (
    select
    from ledger.batch b
    join ledger.delivery d using (agency, delivery_id)
    left join ledger.submission s using (agency, submission_id)
    where b.agency = %(agency)s and b.feed = %(feed)s and b.precedence > %(precedence)s
      and (coalesce(s.operation, 'new') not in (%(operation)s, 'zero') or %(snapshot)s and d.sha256 <> %(sha256)s)
      and b.state in ('received', 'mapped', 'validated', 'held', 'loaded', 'acknowledged'));

-- name: target_batches
-- Returns the batches that a sender means by a batch id, or by the number of a submission.
select b.origin_batch
from ledger.batch b
join ledger.delivery d using (agency, delivery_id)
left join ledger.submission s using (agency, submission_id)
where b.agency = %(agency)s and b.feed = %(feed)s
  and (b.batch_id = %(batch_id)s::text
       or s.sequence = %(sequence)s::bigint
          and b.state in ('received', 'mapped', 'validated', 'held', 'loaded', 'acknowledged', 'withdrawn'))
group by b.origin_batch
order by min(b.origin_number);

-- name: not_withdrawable
-- Returns whether one of the batches is a snapshot, and whether one is itself a withdrawal: neither can be withdrawn.
select coalesce(bool_or(b.mode = 'snapshot'), false) as snapshot,
       coalesce(bool_or(s.operation = 'withdraw'), false) as withdrawal
from ledger.batch b
join ledger.delivery d using (agency, delivery_id)
left join ledger.submission s using (agency, submission_id)
where b.agency = %(agency)s and b.feed = %(feed)s and b.origin_batch = any(%(targets)s);

-- name: same_sequence
-- Returns the submissions that have this number already, of which a file was accepted or is on its way; those that
-- still hold come first.  A replay may have been rejected since: what counts is that it was admitted.
select s.content, (array_agg(b.origin_batch order by b.origin_number))[1] as batch_id, bool_or(b.state = 'withdrawn') as withdrawn
from ledger.submission s
join ledger.delivery d using (agency, submission_id)
join ledger.batch b using (agency, delivery_id)
where s.agency = %(agency)s and s.feed = %(feed)s and s.sequence = %(sequence)s
  and b.state in ('received', 'mapped', 'validated', 'held', 'loaded', 'acknowledged', 'withdrawn')
group by s.submission_id, s.content
order by withdrawn, min(b.origin_number);

-- name: keys_withdrawn_since
-- Returns whether a later batch than this submission's has withdrawn single records.
select exists (select from ledger.withdrawn w
               join ledger.batch b using (agency, batch_id)
               where b.agency = %(agency)s and b.feed = %(feed)s and b.state in ('loaded', 'acknowledged')
                 and b.precedence > (select max(precedence) from ledger.batch
                               where agency = %(agency)s and feed = %(feed)s and origin_batch = %(origin_batch)s));

-- name: late_precedence
-- Returns the precedence of a submission whose number is smaller than one that was accepted: just before the nearest
-- greater one.
select regexp_replace(b.precedence, '([.]|-[0-9]{19}.*)$', '') || '-' || lpad(%(sequence)s::text, 19, '0')
from ledger.submission s
join ledger.delivery d using (agency, submission_id)
join ledger.batch b using (agency, delivery_id)
where s.agency = %(agency)s and s.feed = %(feed)s and s.sequence > %(sequence)s
  and b.state in ('received', 'mapped', 'validated', 'held', 'loaded', 'acknowledged', 'withdrawn')
order by s.sequence, b.precedence
limit 1;

-- name: last_sequence
-- Returns the greatest submission number that was admitted.
select max(s.sequence)
from ledger.submission s
join ledger.delivery d using (agency, submission_id)
where s.agency = %(agency)s and s.feed = %(feed)s and not d.refused;

-- name: corrected_since
-- Returns, for one record type, the later deliveries that corrected records of this one, with how many; latest first.
select b.batch_id, d.file_name, (b.received_at at time zone 'Asia/Shanghai')::date::text, count(distinct h.record_uid)
from {history} h
join {core} c using (agency, record_uid)
join ledger.batch b on b.agency = c.agency and b.batch_id = c.batch_id
join ledger.delivery d on d.agency = b.agency and d.delivery_id = b.delivery_id
where h.agency = %(agency)s and b.feed = %(feed)s and b.origin_batch <> %(origin_batch)s
  and h.batch_id in (select batch_id from ledger.batch
                     where agency = %(agency)s and feed = %(feed)s and origin_batch = %(origin_batch)s)
  and b.precedence > (select max(precedence) from ledger.batch where agency = %(agency)s and feed = %(feed)s and origin_batch = %(origin_batch)s)
group by b.batch_id, d.file_name, b.received_at
order by b.batch_id desc;
