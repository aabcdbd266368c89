-- Words that rows wait in quarantine for, because no crosswalk knows them; the ones that would free most rows first.
select b.agency || '/' || b.feed as source, f."column", regexp_replace(f.field, '[.][0-9]+', '', 'g') as field, said.word as value,
       count(distinct (q.batch_id, q.row)) as rows, count(distinct q.batch_id) as batches,
       min(b.received_at) as first_seen, max(b.received_at) as last_seen
from quarantine.row q
join ledger.batch b using (agency, batch_id)
cross join lateral jsonb_to_recordset(q.findings) as f(code text, "column" text, field text, value text, read text)
cross join lateral (values (coalesce(f.read, f.value))) as said (word) -- a crosswalk looks for what the cell was read as
where q.state = 'open' and f.code = 'UNKNOWN_CODE' and said.word is not null
  and (%(source)s::text is null or b.agency || '/' || b.feed = %(source)s)
group by 1, 2, 3, 4
order by rows desc, source, "column", said.word;
