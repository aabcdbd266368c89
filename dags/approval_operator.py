"""The question about a held batch, as an Airflow task: it waits for a person, or until the batch is decided elsewhere.

Airflow's own operator would wait for ever when the batch was decided on the command line.  This one resumes every
`POLL`, reads the ledger, and waits on.  The open form in the browser is not disturbed.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk.exceptions import TaskAwaitingInput

from dags.faults import without_values

if TYPE_CHECKING:
    from airflow.sdk import Context

APPROVE, REJECT = "Approve", "Reject"
POLL = timedelta(minutes=10)  # a question stays open at most so long after a decision on the command line


class HoldQuestion(HITLOperator):
    """Ask whether to approve or reject `batch`, held at `held_at`; returns what Airflow's operator returns.

    Nothing is chosen when the batch has been held anew since: that is another question, and this one is over.
    """

    template_fields = ("subject", "body", "batch", "held_at")

    def __init__(self, *, batch: str, held_at: str, **kwargs: Any) -> None:
        super().__init__(options=[APPROVE, REJECT], response_timeout=POLL, **kwargs)
        self.batch, self.held_at = batch, held_at

    def execute(self, context: Context) -> Any:
        """Register the question and wait; return at once when the batch is decided already."""
        return self._decided() or super().execute(context)

    def execute_complete(self, context: Context, event: dict[str, Any]) -> Any:
        """Return the answer, or wait on when there is none yet.

        An answer that chooses nothing (the API lets it through) fails the attempt: the next one asks again.
        """
        if event.get("error_type") == "timeout":
            if decided := self._decided():
                return decided
            raise TaskAwaitingInput(method_name="execute_complete", timeout=self.response_timeout)
        if "error" not in event and not event["chosen_options"]:
            raise ValueError("The answer chooses neither of the options.")
        return super().execute_complete(context, event)

    @without_values
    def _decided(self) -> dict[str, Any] | None:
        """Return the decision that the ledger has, in the form of an answer; None while the batch waits."""
        from pipeline.review.hold import hold_named  # noqa: PLC0415 - heavy

        hold = hold_named(self.batch)
        if hold is not None and hold["held_at"].isoformat() != self.held_at:
            self.log.info("Batch %s has been held anew at %s", self.batch, hold["held_at"])
            return {"chosen_options": [], "params_input": {}, "responded_at": None, "responded_by_user": None}
        if hold is None or hold["decision"] is None:
            return None
        self.log.info("Batch %s has been decided by %s at %s", self.batch, hold["decided_by"], hold["decided_at"])
        return {
            "chosen_options": [APPROVE if hold["decision"] == "approve" else REJECT],
            "params_input": {"comment": hold["comment"] or ""},
            "responded_at": hold["decided_at"],
            "responded_by_user": {"id": hold["decided_by"], "name": hold["decided_by"]},
        }
