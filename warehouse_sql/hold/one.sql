select decision, decided_by, decided_at, comment, reasons, held_at
from ledger.hold
where batch_id = %(batch_id)s;
