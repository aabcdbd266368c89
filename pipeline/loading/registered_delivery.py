"""A registered batch as the input of its evaluation."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from connectors import raw_store
from pipeline.corrections.build import Submission
from pipeline.corrections.earlier import earlier_submissions
from pipeline.transform.evaluate_delivery import DeliveryInput

if TYPE_CHECKING:
    from hub.receipt import DeclaredSubmission
    from mappings.engine import Source
    from pipeline.transform.staging import Work
    from warehouse.ledger import Entry


def registered_delivery(
    entry: Entry, source: Source, work: Work, submission: DeclaredSubmission | None = None
) -> DeliveryInput:
    """Return the delivery of a batch; `submission` is what its manifest says."""
    return DeliveryInput(
        open=partial(raw_store.local_path, entry.sha256),
        source=source,
        work=work,
        received_at=entry.received_at,
        operation=entry.operation,
        submission=submission,
        recall=earlier_submissions(source),
        recipient=Submission(entry.batch_id, entry.batch_id, entry.file_name, entry.received_at),
    )
