-- Codes that no crosswalk knows yet, and the code lists of the standard.

-- name: unmapped_values
-- Returns the values for which rows wait in quarantine because no crosswalk knows them; those that would free most
-- rows come first.
select b.agency || '/' || b.feed as source, f."column", regexp_replace(f.field, '[.][0-9]+', '', 'g') as field, looked_up.value as value,
       count(distinct (q.batch_id, q.row)) as rows, count(distinct q.batch_id) as batches,
       min(b.received_at) as first_seen, max(b.received_at) as last_seen
from quarantine.row q
join ledger.batch b using (agency, batch_id)
cross join lateral jsonb_to_recordset(q.findings) as f(code text, "column" text, field text, value text, read text)
cross join lateral (values (coalesce(f.read, f.value))) as looked_up (value) -- a crosswalk looks for what the cell was read as
where q.state = 'open' and f.code = 'UNKNOWN_CODE' and looked_up.value is not null
  and (%(source)s::text is null or b.agency || '/' || b.feed = %(source)s)
group by 1, 2, 3, 4
order by rows desc, source, "column", looked_up.value;

-- name: loaded_version
-- Returns the version of the standard whose codes the table holds: it stands in a comment on the index.
select obj_description('code.entry_once'::regclass, 'pg_class');

-- name: set_loaded_version
-- Records that version.
comment on index code.entry_once is {version};

-- name: delete_codes
-- Deletes all codes.
delete from code.entry;

-- name: delete_lists
-- Deletes all descriptions of code lists.
delete from code.list;

-- name: copy_codes
-- Takes codes in, as COPY.
copy code.entry (list, code, label_zh, label_en, parent, valid_from, valid_to, replaced_by, source, rank, same_as, close_match, edition,
                 definition_zh, definition_en) from stdin;

-- name: copy_lists
-- Takes descriptions of code lists in, as COPY.
copy code.list (list, title_zh, title_en, source_zh, source_en, made_zh, made_en, edition, parents_in) from stdin;

-- name: delete_figures
-- Deletes the figures of one table.
delete from {table};

-- name: copy_figures
-- Takes figures in, as COPY.
copy {table} ({columns}) from stdin;
