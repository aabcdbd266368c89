"""Ask a person about one held batch: the figures and the reason, approve or reject.

`sweep` starts one run for each time that a batch is held; the run id names the batch and the time, so that one hold has
one question.  A batch that is held again, because loading it found something, has another question.  The question waits
in Airflow's list of required actions and occupies no worker.  The ledger keeps who answered, and when.  A decision that
was made on the command line meanwhile stands.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import DAG, Param, get_current_context, task

from dags.approval_operator import APPROVE, HoldQuestion
from dags.assets import ANSWERED, ANY, add_loaded_events
from dags.defaults import RETRYING
from dags.faults import without_values

ATTEMPTS = 50  # in the end five minutes apart: an outage of the warehouse must not cost a person's answer

with DAG(
    "hold",
    schedule=None,
    catchup=False,
    max_active_runs=50,  # each is a question that waits
    is_paused_upon_creation=False,
    default_args=RETRYING,
    doc_md=__doc__,
    tags=["hub", "hold"],
    params={"batch": Param("", type="string", title="Batch", description="the id of a held batch")},
) as dag:

    @task
    @without_values
    def describe() -> dict[str, str]:
        """Return the question as a person reads it."""
        from pipeline.review.hold import question  # noqa: PLC0415 - heavy

        return question(get_current_context()["params"]["batch"])

    ask = HoldQuestion(
        task_id="ask",
        batch="{{ params.batch }}",
        held_at="{{ ti.xcom_pull(task_ids='describe')['held_at'] }}",
        subject="{{ ti.xcom_pull(task_ids='describe')['subject'] }}",
        body="{{ ti.xcom_pull(task_ids='describe')['body'] }}",
        # May be null: otherwise Airflow's form has no button to press before something is written.
        params={
            "comment": Param(
                None, type=["null", "string"], title="Comment", description="With a rejection the sender reads it."
            )
        },
    )

    @task(retries=ATTEMPTS, outlets=[ANY, ANSWERED])
    @without_values
    def decide(response: Any, held_at: str) -> str:
        """Record the decision about the hold that began at `held_at`, and run the steps of the batch."""
        from pipeline.review.hold import decide as decided  # noqa: PLC0415 - heavy
        from pipeline.steps.runner import STEPS, step  # noqa: PLC0415

        batch = get_current_context()["params"]["batch"]
        if not response["chosen_options"]:
            return "held anew: another question asks about it"
        user = response["responded_by_user"] or {}
        who = str(user.get("name") or user.get("id") or "Airflow")
        comment = str(response["params_input"].get("comment") or "").strip()
        if response["chosen_options"] == [APPROVE]:
            done = decided(batch, "approve", who, comment, at=response["responded_at"], held_at=held_at)
        else:
            done = decided(
                batch, "reject", who, comment or f"rejected by {who}", at=response["responded_at"], held_at=held_at
            )
        for verb in STEPS:
            step(verb, [batch])
        add_loaded_events([batch])
        return "decided" if done else "had been decided before"

    described: Any = describe()  # a reference to what it returns
    described >> ask
    decide(ask.output, described["held_at"])
