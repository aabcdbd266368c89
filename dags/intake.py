"""One DAG per source folder: receive, map, validate, load, acknowledge; before that fetch, where there is a server.

It runs when something lies in the source's exchange folder and, whatever became of that hint, every ten minutes.  Many
small files are few tasks: `receive` hands on groups of batch ids, which are mapped and validated side by side.  Loading
is one task for all of them, since a source's batches are loaded in the order in which they came; `acknowledge` answers
those that are not loaded, and what could not be answered then.  A source whose
mapping does not load becomes a DAG that fails and says why; it never hides the others.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import (
    DAG,
    Asset,
    AssetOrTimeSchedule,
    AssetWatcher,
    TriggerRule,
    get_current_context,
    get_parsing_context,
    task,
    task_group,
)

from dags.assets import ANSWERED, table
from dags.defaults import RETRYING, every
from dags.faults import without_values
from dags.triggers import FolderHint
from hub.personal import quoted
from hub.settings import FETCH_POOL, settings
from mappings.catalogue import source_headers

if TYPE_CHECKING:
    from mappings.catalogue import Head

GROUP, GROUPS = 50, 16  # batches that one task takes at least; tasks that a step is split into at most
MOST = 20_000  # batches of one run; what is more waits for the next
FETCH_RETRIES = 2  # the connector has been patient already, and the next run asks again
GRACE = 60  # seconds that a fetch may need to end by itself


def intake(head: Head) -> DAG:
    """Return the DAG of one source."""
    source = head.name
    inbox = settings().exchange / source / "in"
    title = head.title.get("en", source)
    arrival = Asset(
        f"arrival/{source}",
        uri=f"hub://arrival/{source}",
        watchers=[
            AssetWatcher(name=f"inbox of {source}", trigger=FolderHint(folder=str(inbox))),
            AssetWatcher(name=f"check of {source}", trigger=FolderHint(folder=str(inbox.with_name("check")))),
        ],
    )
    with DAG(
        dag_id_of(head),
        schedule=AssetOrTimeSchedule(timetable=every(minutes=10), assets=[arrival]),
        max_active_runs=1,
        catchup=False,
        is_paused_upon_creation=False,
        default_args=RETRYING,
        description=title,
        doc_md=f"# {title}\n\n{head.title.get('zh', '')}\n\nFiles dropped into `{inbox}` are answered in `out`.",
        tags=["intake", head.agency],
    ) as dag:
        if head.connector.get("kind", "folder") == "folder":
            received = receive(source)
        else:
            # A server that does not answer makes the run red; what has come is taken through all the same.  Fetches
            # have a pool of their own, so that servers which hang leave room for every other task.
            longest = timedelta(seconds=settings().fetch_seconds + GRACE)
            asked = fetch.override(execution_timeout=longest, retries=FETCH_RETRIES, pool=FETCH_POOL)(source)
            received = receive.override(trigger_rule=TriggerRule.ALL_DONE)(source)
            asked >> [received, EmptyOperator(task_id="fetched")]
        judged = steps.expand(batches=received)
        loaded = load.override(outlets=[table(name) for name in head.record_types])()
        # A group in which one batch failed has others to answer; the run is red all the same: `done` needs everything.
        answering = step.override(task_id="acknowledge", trigger_rule=TriggerRule.ALL_DONE, outlets=[ANSWERED]).partial(
            verb="acknowledge"
        )
        answered = answering.expand(batches=received)
        judged >> loaded >> answered
        [judged, loaded, answered] >> EmptyOperator(task_id="done")
        check(source)
    return dag


@task
@without_values
def fetch(source: str) -> list[str]:
    """Register what waits at the source's server; the connection that its mapping names is looked up here."""
    from dags.connections import resolved  # noqa: PLC0415
    from pipeline.intake.fetch import fetch_source  # noqa: PLC0415 - heavy

    return fetch_source(source, resolved)


@task
@without_values
def receive(source: str) -> list[list[str]]:
    """Register what is ready; hand on the ids of everything that waits, in groups."""
    from pipeline.intake.receive import receive_ready  # noqa: PLC0415 - heavy

    ids = receive_ready(source)[:MOST]
    size = max(GROUP, -(-len(ids) // GROUPS))
    return [ids[first : first + size] for first in range(0, len(ids), size)]


@task
@without_values
def check(source: str) -> list[str]:
    """Answer what lies in `check/`: the same verdict, and nothing is loaded."""
    from pipeline.checks.inbox import check_ready  # noqa: PLC0415 - heavy

    return check_ready(source)


@task_group
def steps(batches: Any) -> Any:
    """Take one group of batches to where they can be loaded.  The ids are the same all the way."""
    return step.override(task_id="validate")("validate", step.override(task_id="map")("map", batches))


@task(trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS)
@without_values
def load() -> None:
    """Load what could be validated, in the order in which it came; a group that failed keeps no earlier one from it.

    Each batch has its receipt as soon as it is loaded, not when the last one is.
    """
    from pipeline.steps import runner  # noqa: PLC0415 - heavy

    # Not an argument: then `receive`, which succeeds with nothing too, would be asked whether there is anything to do.
    groups = get_current_context()["ti"].xcom_pull(task_ids="receive")
    runner.step("load", [batch for group in groups for batch in group], then="acknowledge")


@task
@without_values
def step(verb: str, batches: Any) -> list[str]:
    """Do one step for a group of batches, given by their ids, and hand the ids on; the ledger knows the rest."""
    from pipeline.steps import runner  # noqa: PLC0415 - heavy

    return runner.step(verb, batches)


def broken(head: Head, why: str) -> DAG:
    """Return the DAG that stands for a source which does not load: red, and telling why."""
    with DAG(
        dag_id_of(head),
        schedule=every(minutes=10, at_once=True),
        max_active_runs=1,
        catchup=False,
        is_paused_upon_creation=False,
        description="The mapping of this source does not load.",
        doc_md=f"# The mapping of this source does not load\n\n`{head.folder}`\n\n```text\n{why}\n```\n",
        tags=["intake", "broken", head.agency],
    ) as dag:
        mapping_does_not_load(str(head.folder), why)
    return dag


@task(retries=0)
def mapping_does_not_load(folder: str, why: str) -> None:
    """Fail with the reason, so that the source is seen to be red."""
    from hub.errors import FixTheHub  # noqa: PLC0415

    raise FixTheHub(
        "The mapping of this source does not load.",
        where=folder,
        why=why,
        next_step="Correct the file; this DAG becomes the source's own again within a minute.",
    )


def dag_id_of(head: Head) -> str:
    """Return `intake__<agency>__<feed>`, with characters that a DAG id cannot have replaced."""
    return re.sub(r"[^\w.-]", "_", f"intake__{head.agency}__{head.feed}", flags=re.ASCII)


def build(head: Head) -> DAG:
    """Return the source's DAG, or the red one."""
    if head.error is not None:
        return broken(head, head.error)
    try:
        return intake(head)
    except Exception as fault:  # noqa: BLE001 - whatever it is, it must not hide the other sources
        return broken(head, f"{type(fault).__name__}: {quoted(str(fault))}")


wanted = get_parsing_context().dag_id  # set when a task runs: then only its own DAG is built
for source_head in source_headers():
    if not wanted or wanted == dag_id_of(source_head):
        globals()[dag_id_of(source_head)] = build(source_head)
