insert into ledger.link (link, label_zh, label_en, left_type, right_type, version)
values (%(link)s, %(label_zh)s, %(label_en)s, %(left_type)s, %(right_type)s, %(version)s)
on conflict (link) do update
set label_zh = excluded.label_zh, label_en = excluded.label_en, left_type = excluded.left_type,
    right_type = excluded.right_type, version = excluded.version, compared_at = now()
returning %(link)s || '-' || to_char(compared_at at time zone 'UTC', 'YYYYMMDD-HH24MISS-US');
