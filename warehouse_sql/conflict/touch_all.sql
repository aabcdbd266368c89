-- Every record of one side of a link: it was declared or changed, so what was loaded before is compared by it.
insert into touched (record_type, agency, record_uid) select %(record_type)s, agency, record_uid from {core};
