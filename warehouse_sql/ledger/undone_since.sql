-- May a later word have undone what these bytes said?  A withdrawal may, and in a snapshot feed any other picture.
-- Asked only of bytes that came before: together with that question it would cost every delivery a plan of its own.
select exists (
    select
    from ledger.batch b
    join ledger.delivery d using (agency, delivery_id)
    left join ledger.submission s using (agency, submission_id)
    where b.agency = %(agency)s and b.feed = %(feed)s and b.turn > %(turn)s
      and (coalesce(s.operation, 'new') not in (%(operation)s, 'zero') or %(snapshot)s and d.sha256 <> %(sha256)s)
      and b.state in ('received', 'mapped', 'validated', 'held', 'loaded', 'acknowledged'));
