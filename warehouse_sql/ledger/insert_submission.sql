insert into ledger.submission (agency, feed, submission_id, operation, sequence, content, period, period_from, period_to,
                               targets, reason, sender, signer, notes, manifest_sha256, received_at)
values (%(agency)s, %(feed)s, %(submission_id)s, %(operation)s, %(sequence)s, %(content)s, %(period)s, %(period_from)s,
        %(period_to)s, %(targets)s, %(reason)s, %(sender)s, %(signer)s, %(notes)s, %(manifest_sha256)s, %(received_at)s)
on conflict (agency, submission_id) do nothing;
