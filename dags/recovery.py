"""Every five minutes, and when the hub starts: work that a crash interrupted is resumed."""

from __future__ import annotations

from typing import Any

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG, Asset, AssetOrTimeSchedule, AssetWatcher, task

from dags.assets import ANY, add_loaded_events
from dags.defaults import RETRYING, every
from dags.faults import without_values
from dags.triggers import Start

watcher = AssetWatcher(name="start of the hub", trigger=Start())  # type: ignore[no-untyped-call]
start = Asset("start", uri="hub://start", watchers=[watcher])

with DAG(
    "sweep",
    schedule=AssetOrTimeSchedule(timetable=every(minutes=5), assets=[start]),
    max_active_runs=1,
    catchup=False,
    is_paused_upon_creation=False,
    default_args=RETRYING,
    doc_md=__doc__,
    tags=["hub"],
) as dag:

    @task(task_id="sweep", outlets=[ANY])
    @without_values
    def repair() -> dict[str, int]:
        """Resume interrupted work; return how many entries of each kind there were."""
        from pipeline.steps.recovery import sweep  # noqa: PLC0415 - heavy

        return sweep(add_loaded_events)

    @task
    @without_values
    def held() -> list[dict[str, Any]]:
        """Return the runs of the DAG `hold`: one for each batch that waits for a person."""
        from pipeline.review.hold import held as waiting  # noqa: PLC0415 - heavy

        # The time is part of the run id: a batch that is held again has another question.
        return [
            {
                "trigger_run_id": f"hold__{each['batch']}__{each['held_at']:%Y%m%d-%H%M%S-%f}",
                "conf": {"batch": each["batch"]},
            }
            for each in waiting()
        ]

    # A run that exists already has its question; it is skipped.
    ask = TriggerDagRunOperator.partial(task_id="ask", trigger_dag_id="hold", skip_when_already_exists=True)
    repair() >> ask.expand_kwargs(held())
