update ledger.batch
set state = %(state)s, attempt = 0, last_fault = null, waits_for = null, waits_since = null,
    mapping_version = coalesce(%(mapping_version)s, mapping_version),
    standard_version = coalesce(%(standard_version)s, standard_version),
    mapped_at = case when %(state)s = 'mapped' then now() else mapped_at end,
    validated_at = case when %(state)s = 'validated' then now() else validated_at end
where batch_id = %(batch_id)s;
