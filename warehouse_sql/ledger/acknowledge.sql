update ledger.batch
set state = case when state = 'loaded' then 'acknowledged' else state end, acknowledged_at = coalesce(acknowledged_at, now()),
    waits_for = null, waits_since = null
where batch_id = %(batch_id)s
  and state in ('loaded', 'acknowledged', 'rejected', 'duplicate', 'withdrawn')
  and not exists (select from ledger.receipt r where r.batch_id = %(batch_id)s and r.published_at is null)
  and not exists (select from ledger.notice n where n.cause = %(batch_id)s and n.published_at is null);
