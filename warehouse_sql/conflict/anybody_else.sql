-- Does any other feed hold records of this type?  Another agency's are found by the primary key, which begins with the
-- agency; another feed of the same agency is one that the ledger knows to bring them.
select exists (select from {core} where agency < %(agency)s)
    or exists (select from {core} where agency > %(agency)s)
    or exists (select from ledger.source
               where agency = %(agency)s and feed <> %(feed)s
                 and %(record_type)s = any(string_to_array(record_type, ', ')));
