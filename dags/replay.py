"""Read deliveries again with the mapping and the standard as they are now; started by hand, with parameters.

`riskhub replay` does the same without Airflow; `riskhub plan` shows beforehand what would change.  With `dry_run` the
run only lists the deliveries that it would read.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, Param, TriggerRule, get_current_context, task

from dags.assets import ANSWERED, ANY, add_loaded_events
from dags.defaults import RETRYING
from dags.faults import without_values

GROUP = 20  # deliveries that one task takes
TEXT = ["null", "string"]


def began() -> datetime:
    """Return the start of this run; batches loaded since then are of one of its attempts."""
    run = get_current_context()["dag_run"]
    return run.start_date or run.run_after


with DAG(
    "replay",
    schedule=None,
    max_active_runs=1,  # readings of one delivery are distinguished by their order
    catchup=False,
    is_paused_upon_creation=False,
    default_args=RETRYING,
    dagrun_timeout=timedelta(days=1),
    doc_md=__doc__,
    tags=["hub", "repair"],
    params={
        "source": Param(None, type=TEXT, title="Source", description="agency/feed"),
        "batch": Param(None, type=TEXT, title="Batches", description="ids, separated by blanks"),
        "since": Param(None, type=TEXT, format="date-time", title="Received at or after"),
        "until": Param(None, type=TEXT, format="date-time", title="Received before"),
        "code": Param(None, type=TEXT, title="Finding", description="the last reading had it"),
        "changed": Param(default=False, type="boolean", title="All that another mapping or standard has read"),
        "force": Param(default=False, type="boolean", title="Also where neither has changed"),
        "dry_run": Param(default=True, type="boolean", title="Only name what would be read"),
    },
) as dag:

    @task
    @without_values
    def choose() -> list[list[str]]:
        """Return the deliveries that are to be read again, in groups; nothing for a dry run."""
        from pipeline.steps.replay import candidates, wanted_of  # noqa: PLC0415 - heavy

        params: dict[str, Any] = dict(get_current_context()["params"])
        dry_run = params.pop("dry_run")
        chosen = candidates(wanted_of(**params))
        for each in chosen:
            print(f"{each.origin} {each.source} {each.file}: {each.why}, {each.open} rows in quarantine")  # noqa: T201
        ids = [] if dry_run else [each.origin for each in chosen]
        return [ids[first : first + GROUP] for first in range(0, len(ids), GROUP)]

    @task(max_active_tis_per_dagrun=1)
    @without_values
    def read_again(origins: list[str]) -> list[str]:
        """Read a group of deliveries again; a retry skips those that this run has finished."""
        from pipeline.steps.replay import Wanted, candidates, read_since, replay  # noqa: PLC0415 - heavy

        force = bool(get_current_context()["params"]["force"])
        done = set(read_since(origins, began()).values())
        chosen = candidates(Wanted(origins, force=force))  # with `force` also those that an attempt before has read
        return replay(each for each in chosen if each.unfinished or each.origin not in done)

    @task(trigger_rule=TriggerRule.ALL_DONE, outlets=[ANY, ANSWERED])
    @without_values
    def add_events(groups: Any) -> list[str]:
        """Add asset events for what this run has loaded, in attempts that failed afterwards too."""
        from pipeline.steps.replay import read_since  # noqa: PLC0415 - heavy

        origins = [each for group in groups or () for each in group]
        loaded = list(read_since(origins, began()))
        add_loaded_events(loaded)
        return loaded

    chosen: Any = choose()  # a reference to what it returns
    again = read_again.expand(origins=chosen)
    added: Any = add_events(chosen)
    again >> added
    [again, added] >> EmptyOperator(task_id="done")  # red when a group failed
