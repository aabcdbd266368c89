insert into ledger.agency (agency, name_zh, name_en, language)
values (%(agency)s, %(name_zh)s, %(name_en)s, %(language)s)
on conflict (agency) do update
    set name_zh = excluded.name_zh, name_en = excluded.name_en, language = excluded.language
    where (agency.name_zh, agency.name_en, agency.language)
          is distinct from (excluded.name_zh, excluded.name_en, excluded.language);
