insert into ledger.source (agency, feed, title_zh, title_en, record_type)
values (%(agency)s, %(feed)s, %(title_zh)s, %(title_en)s, %(record_type)s)
on conflict (agency, feed) do update
    set title_zh = excluded.title_zh, title_en = excluded.title_en, record_type = excluded.record_type
    where (source.title_zh, source.title_en, source.record_type)
          is distinct from (excluded.title_zh, excluded.title_en, excluded.record_type);
