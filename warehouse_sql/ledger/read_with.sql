update ledger.batch
set mapping_version = %(mapping_version)s, standard_version = %(standard_version)s
where batch_id = %(batch_id)s;
