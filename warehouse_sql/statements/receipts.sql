-- The outbox of receipts.

-- name: insert_receipt
-- Puts a finished receipt into the outbox; one that is there already stays as it is.
insert into ledger.receipt (agency, batch_id, kind, name, body, sha256)
values (%(agency)s, %(batch_id)s, %(kind)s, %(name)s, %(body)s, %(sha256)s)
on conflict (agency, batch_id, kind) do nothing;

-- name: receipt_body
-- Returns the bytes of one receipt.
select body from ledger.receipt where batch_id = %(batch_id)s and kind = %(kind)s;

-- name: unpublished_receipts
-- Returns a batch's receipts that are not published.  Any number of publishers may run: each takes the rows that no
-- other has locked; a repeat writes the same bytes again.
select r.agency, b.feed, r.batch_id, r.kind, r.name, r.body
from ledger.receipt r
join ledger.batch b using (agency, batch_id)
where r.published_at is null and r.batch_id = %(batch_id)s
for update of r skip locked;

-- name: mark_published
-- Records that one receipt was published.
update ledger.receipt set published_at = now() where batch_id = %(batch_id)s and kind = %(kind)s;
