-- What the pages of the staff show.

-- name: feeds_today
-- Returns one row per source: what its new deliveries of the last 24 hours brought, and its last 20 batches, oldest first.
select s.agency || '/' || s.feed as source, s.title_zh, s.title_en, a.name_zh as agency_zh, a.name_en as agency_en,
       l.last_received_at, l.spark_read, l.spark_kinds, t.batches, t.read, t.new, t.changed, t.unchanged, t.duplicate,
       t.quarantined, t.skipped, h.held
from ledger.source s
join ledger.agency a using (agency)
cross join lateral (
    select max(received_at) as last_received_at, coalesce(array_agg(read order by number), '{}') as spark_read,
           coalesce(array_agg(case when state in ('rejected', 'withdrawn') then 'bad' when state = 'held' then 'warn'
                                   when quarantined * 4 > read then 'warn' else '' end order by number), '{}') as spark_kinds
    from (select number, received_at, read, quarantined, state from ledger.batch b
          where (b.agency, b.feed) = (s.agency, s.feed) order by number desc limit 20) last
) l
cross join lateral (
    select count(*) as batches, coalesce(sum(read), 0)::bigint as read, coalesce(sum(new), 0)::bigint as new,
           coalesce(sum(changed), 0)::bigint as changed, coalesce(sum(unchanged), 0)::bigint as unchanged,
           coalesce(sum(duplicate), 0)::bigint as duplicate, coalesce(sum(quarantined), 0)::bigint as quarantined,
           coalesce(sum(skipped), 0)::bigint as skipped
    from ledger.batch b
    where (b.agency, b.feed) = (s.agency, s.feed) and b.received_at > %(since)s and b.replay_of is null
) t
cross join lateral (
    select count(*) as held from ledger.batch b
    join ledger.hold w using (agency, batch_id)
    where (b.agency, b.feed) = (s.agency, s.feed) and b.state = 'held' and w.decision is null
) h
order by h.held desc, t.quarantined desc, l.last_received_at desc nulls last, source;

-- name: sent_back
-- Returns the batches that were rejected since a moment, newest first, each with the finding that comes first.
select b.batch_id as batch, b.agency || '/' || b.feed as source, a.name_zh as agency_zh, a.name_en as agency_en,
       d.file_name as file, b.received_at, f.code
from ledger.batch b
join ledger.delivery d using (agency, delivery_id)
join ledger.agency a using (agency)
left join lateral (
    select code from ledger.finding f
    where f.agency = b.agency and f.batch_id = b.batch_id and f.level = 'error' order by number limit 1
) f on true
where b.received_at > %(since)s and b.state = 'rejected'
order by b.number desc
limit %(limit)s;

-- name: batch_named
-- Returns one batch with its delivery, its source and the times of its steps.
select b.batch_id as batch, b.agency || '/' || b.feed as source, s.title_zh, s.title_en, a.name_zh as agency_zh,
       a.name_en as agency_en, s.record_type, d.file_name as file, d.sha256, d.bytes, d.connector, b.state,
       b.waits_for, b.waits_since, b.duplicate_of, b.replay_of, b.origin_batch, b.mode, b.mapping_version,
       b.standard_version, b.read, b.new, b.changed, b.unchanged, b.duplicate, b.quarantined, b.skipped, b.ended,
       d.received_at as delivered_at, b.received_at, b.mapped_at, b.validated_at, b.loaded_at, b.acknowledged_at,
       m.submission_id, m.operation, m.sequence, m.period, m.sender
from ledger.batch b
join ledger.delivery d using (agency, delivery_id)
join ledger.source s on (s.agency, s.feed) = (b.agency, b.feed)
join ledger.agency a on a.agency = b.agency
left join ledger.submission m on (m.agency, m.submission_id) = (d.agency, d.submission_id)
where b.batch_id = %(batch)s;

-- name: deliveries
-- Returns one page of the batches, newest first, that a search finds: by id, start of the SHA-256, number or id of the
-- sender's submission, or a part of the file's name.
select b.number, b.batch_id as batch, b.agency || '/' || b.feed as source, s.title_zh, s.title_en, d.file_name as file,
       d.sha256, b.state, b.replay_of, b.read, b.new, b.changed, b.unchanged, b.duplicate, b.quarantined, b.skipped,
       b.received_at, m.submission_id, m.sequence
from ledger.batch b
join ledger.delivery d using (agency, delivery_id)
join ledger.source s on (s.agency, s.feed) = (b.agency, b.feed)
left join ledger.submission m on (m.agency, m.submission_id) = (d.agency, d.submission_id)
where (%(source)s::text is null or (b.agency, b.feed) = (split_part(%(source)s, '/', 1), split_part(%(source)s, '/', 2)))
  and (%(state)s::text is null or b.state = %(state)s)
  and (%(since)s::timestamptz is null or b.received_at > %(since)s and b.replay_of is null)
  and (%(bucket)s::text is null or case %(bucket)s when 'quarantined' then b.quarantined > 0
                                                   when 'let_in' then b.new + b.changed + b.unchanged > 0 else b.read > 0 end)
  and (%(before)s::bigint is null or b.number < %(before)s)
  and (%(q)s::text is null or b.batch_id = %(q)s or starts_with(d.sha256, lower(%(q)s)) or m.submission_id = %(q)s
       or m.sequence::text = %(q)s or position(lower(%(q)s) in lower(d.file_name)) > 0)
order by b.number desc
limit %(limit)s;

-- name: sources
-- Returns the sources that the ledger knows, for a list to choose from.
select agency || '/' || feed as source, title_zh, title_en from ledger.source order by 1;

-- name: findings_of
-- Returns what is wrong with the rows of a batch, by level, code and column, what concerns most rows first.
select code, level, "column", field, value, expected, file, sheet, line, count, samples
from ledger.finding
where batch_id = %(batch)s
order by array_position(array['error', 'warning', 'repair'], level), count desc, number;

-- name: receipts_of
-- Returns the documents that went back to the sender of a batch, without their bytes.
select kind, name, length(body) as bytes, published_at
from ledger.receipt
where batch_id = %(batch)s
order by array_position(array['received', 'json', 'html', 'xlsx', 'csv'], kind);

-- name: receipt_named
-- Returns one of these documents.
select name, body from ledger.receipt where batch_id = %(batch)s and kind = %(form)s;

-- name: quarantined_rows
-- Returns one page of the rows of a batch that were kept out, in the order of the file; personal values are masked.
select row, source_file, source_sheet, source_line, original, findings, state, closed_at, closed_by
from quarantine.row
where agency = (select agency from ledger.batch where batch_id = %(batch)s) and batch_id = %(batch)s and row > %(after)s
  and (%(code)s::text is null
       or findings @> jsonb_build_array(jsonb_build_object('code', %(code)s::text, 'column', %(column)s::text)))
order by row
limit %(limit)s;
