"""The marts of the warehouse: brought up to date when batches have been answered, never inside their transaction.

Batches that end while a run lasts are taken together by the next run.  A run every ten minutes takes what was loaded
without Airflow.  A run without new batches makes one query and ends.
"""

from __future__ import annotations

from airflow.sdk import DAG, AssetOrTimeSchedule, task

from dags.assets import ANSWERED
from dags.defaults import RETRYING, every
from dags.faults import without_values

with DAG(
    "marts",
    schedule=AssetOrTimeSchedule(timetable=every(minutes=10), assets=[ANSWERED]),
    max_active_runs=1,
    catchup=False,
    is_paused_upon_creation=False,
    default_args=RETRYING,
    doc_md=__doc__,
    tags=["hub"],
) as dag:

    @task
    @without_values
    def refresh() -> int:
        """Bring every mart up to what is loaded; return how many batches were new."""
        from pipeline.marts.refresh import refresh_marts  # noqa: PLC0415 - heavy
        from warehouse.connection import connect  # noqa: PLC0415

        with connect() as conn:
            return refresh_marts(conn)

    refresh()
