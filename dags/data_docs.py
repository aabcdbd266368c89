"""The Data Docs, pages for engineers about the last batches of every source: made when batches have been answered.

The steps of a batch wait for nothing of it.  Batches that are answered while a run lasts are told together by the next
one.  Every ten minutes a run looks for what was judged without Airflow; one in which nothing is new reads one query and
ends, and Great Expectations is imported only for a page that is missing.
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
