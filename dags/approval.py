"""Ask a person about one held batch: the figures and the reason, approve or reject.

One run for each time that a batch is held, started by `sweep` under a run id that says so: nobody is asked twice, and a
batch that is held again, for what loading it has found out, is asked about again.  The question waits in Airflow's list
of required actions and holds no worker.  Who has answered, and when, goes into the hub's audit.  A batch that was
decided on the command line meanwhile stays as it was decided.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import DAG, Param, get_current_context, task

from dags.approval_operator import APPROVE, HoldQuestion
from dags.assets import ANSWERED, ANY, tell_loaded
from dags.defaults import RETRYING
from dags.faults import without_values

PATIENCE = 50  # attempts, in the end five minutes apart: nobody answers twice because a server was away

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

    @task(retries=PATIENCE, outlets=[ANY, ANSWERED])
    @without_values
    def decide(answer: Any, asked: str) -> str:
        """Write the decision about the batch as it was `asked` down, and let the batch go on."""
        from pipeline.review.hold import decide as decided  # noqa: PLC0415 - heavy
        from pipeline.steps.runner import STEPS, step  # noqa: PLC0415

        batch = get_current_context()["params"]["batch"]
        if not answer["chosen_options"]:
            return "held anew: another question asks about it"
        user = answer["responded_by_user"] or {}
        who = str(user.get("name") or user.get("id") or "Airflow")
        comment = str(answer["params_input"].get("comment") or "").strip()
        if answer["chosen_options"] == [APPROVE]:
            done = decided(batch, "approve", who, comment, at=answer["responded_at"], asked=asked)
        else:
            done = decided(
                batch, "reject", who, comment or f"rejected by {who}", at=answer["responded_at"], asked=asked
            )
        for verb in STEPS:
            step(verb, [batch])
        tell_loaded([batch])
        return "decided" if done else "had been decided before"

    described: Any = describe()  # a reference to what it returns
    described >> ask
    decide(ask.output, described["held_at"])
