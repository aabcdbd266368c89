"""Every half hour: the Data Docs, pages for engineers about the last batches of every source.

A run in which nothing is new reads one query and ends; Great Expectations is imported only for a page that is missing.
"""

from __future__ import annotations

from airflow.sdk import DAG, task

from dags.policy import RETRYING, every

with DAG(
    "docs",
    schedule=every(minutes=30),
    max_active_runs=1,
    catchup=False,
    is_paused_upon_creation=False,
    default_args=RETRYING,
    doc_md=__doc__,
    tags=["hub"],
) as dag:

    @task
    def build() -> int:
        """Bring the pages up to date; return how many were made."""
        from pipeline.data_docs import build as bring_up_to_date  # noqa: PLC0415 - heavy

        return bring_up_to_date()[1]

    build()
