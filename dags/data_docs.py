"""The Data Docs, pages for engineers about the last batches of every source: made when batches have been answered.

No step of a batch waits for this DAG.  Batches that end while a run lasts are taken together by the next run.  A run
every ten minutes takes what was judged without Airflow.  A run without new batches makes one query and ends; Great
Expectations is imported only when a page is missing.
"""

from __future__ import annotations

from airflow.sdk import DAG, AssetOrTimeSchedule, task

from dags.assets import ANSWERED
from dags.defaults import RETRYING, every
from dags.faults import without_values

with DAG(
    "docs",
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
    def build() -> int:
        """Bring the pages up to date; return how many were made."""
        from pipeline.reports.data_docs import build as bring_up_to_date  # noqa: PLC0415 - heavy

        return bring_up_to_date()[1]

    build()
