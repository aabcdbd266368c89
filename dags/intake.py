"""One DAG per source folder: receive, map, validate, load, acknowledge; before that fetch, where there is a server.

It runs when a file appears in the source's exchange folder.  Besides, a server is asked every ten minutes, and a folder
is looked at every half hour: the ledger then knows that nothing has come, and what a crash has left is taken up.

A task costs more than all steps of a small file.  So `receive` takes small files through all of them itself, for some
seconds at most, and returns the ids of the other batches in groups, which are mapped and validated side by side.
Loading is one task for all groups, since the batches of a source are loaded in the order of their registration; it
publishes each receipt as soon as its batch is loaded.  `acknowledge` publishes those that are left: of batches that are
not loaded, and of those whose receipt could not be published before.  Where nothing is left, these tasks are skipped.

A source whose mapping does not load becomes a DAG that fails with the reason; the other sources are not affected.
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

from dags.assets import ANSWERED, ANY, add_loaded_events, table
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
FOLDER_MINUTES, SERVER_MINUTES = 30, 10
FETCH_RETRIES = 2  # the connector retries by itself, and the next run fetches again
GRACE = 60  # seconds that a fetch may need to end by itself


def intake(head: Head) -> DAG:
    """Return the DAG of one source."""
    source = head.name
    inbox = settings().exchange / source / "in"
    title = head.title.get("en", source)
    is_folder = head.connector.get("kind", "folder") == "folder"
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
        schedule=AssetOrTimeSchedule(
            timetable=every(FOLDER_MINUTES if is_folder else SERVER_MINUTES, name=source), assets=[arrival]
        ),
        max_active_runs=1,
        catchup=False,
        is_paused_upon_creation=False,
        default_args=RETRYING,
        description=title,
        doc_md=f"# {title}\n\n{head.title.get('zh', '')}\n\nReceipts of files in `{inbox}` appear in `out`.",
        tags=["intake", head.agency],
    ) as dag:
        if is_folder:
            received = receive(source)
        else:
            # A fetch that fails makes the run red; what was received before is processed all the same.  Fetches have a
            # pool of their own, so that servers that hang do not take the slots of other tasks.
            longest = timedelta(seconds=settings().fetch_seconds + GRACE)
            fetched = fetch.override(execution_timeout=longest, retries=FETCH_RETRIES, pool=FETCH_POOL)(source)
            received = receive.override(trigger_rule=TriggerRule.ALL_DONE)(source)
            fetched >> [received, EmptyOperator(task_id="fetched")]
        judged = steps.expand(batches=received)
        loaded = load.override(outlets=[table(name) for name in head.record_types])()
        # Runs also when a group failed, for its other batches; the run is red all the same: `done` needs all.
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
    """Register the new files at the source's server, with the Airflow connection that its mapping names."""
    from dags.connections import resolved  # noqa: PLC0415
    from pipeline.intake.fetch import fetch_source  # noqa: PLC0415 - heavy

    return fetch_source(source, resolved)


@task(outlets=[ANY])
@without_values
def receive(source: str) -> list[list[str]]:
    """Register the files that are complete, finish small ones, and return the ids of the other batches in groups."""
    from pipeline.intake.receive import receive_ready  # noqa: PLC0415 - heavy
    from pipeline.steps.runner import finish_small  # noqa: PLC0415 - heavy

    waiting = receive_ready(source)[:MOST]
    ids = finish_small(waiting)
    if finished := waiting[: len(waiting) - len(ids)]:
        add_loaded_events(finished)
        get_current_context()["outlet_events"][ANY].add(ANSWERED)
    size = max(GROUP, -(-len(ids) // GROUPS))
    return [ids[first : first + size] for first in range(0, len(ids), size)]


@task
@without_values
def check(source: str) -> list[str]:
    """Check the files in `check/` and publish their results; nothing is loaded."""
    from connectors.inbox.exchange import inbox_of  # noqa: PLC0415 - heavy

    with inbox_of(source, "check") as inbox:
        if inbox.is_idle:  # as nearly always: this look takes a fiftieth of the other
            return []
    from pipeline.checks.inbox import check_ready  # noqa: PLC0415 - heavier

    return check_ready(source)


@task_group
def steps(batches: Any) -> Any:
    """Map and validate one group of batches, given by their ids; return the same ids."""
    return step.override(task_id="validate")("validate", step.override(task_id="map")("map", batches))


@task(trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS)
@without_values
def load() -> None:
    """Load the validated batches in the order of their registration; a group that failed does not stop the others.

    The receipt of a batch is published as soon as it is loaded, not after the last one.
    """
    from pipeline.steps import runner  # noqa: PLC0415 - heavy

    # Not an argument: it would make `receive`, which succeeds without batches too, part of this task's trigger rule.
    groups = get_current_context()["ti"].xcom_pull(task_ids="receive")
    runner.step("load", [batch for group in groups for batch in group], then="acknowledge")


@task
@without_values
def step(verb: str, batches: Any) -> list[str]:
    """Run one step for a group of batches, given by their ids, and return the ids; their state is in the ledger."""
    from pipeline.steps import runner  # noqa: PLC0415 - heavy

    return runner.step(verb, batches)


def broken(head: Head, why: str) -> DAG:
    """Return the DAG of a source whose mapping does not load: it fails with the reason."""
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
    """Fail with the reason, so that the source shows as red."""
    from hub.errors import FixTheHub  # noqa: PLC0415
    from hub.messages import error_of  # noqa: PLC0415

    raise error_of(FixTheHub, "source.not_loaded", where=folder, why=why)


def dag_id_of(head: Head) -> str:
    """Return `intake__<agency>__<feed>`, with characters that a DAG id cannot have replaced."""
    return re.sub(r"[^\w.-]", "_", f"intake__{head.agency}__{head.feed}", flags=re.ASCII)


def build(head: Head) -> DAG:
    """Return the DAG of a source, or the one that fails with the reason."""
    if head.error is not None:
        return broken(head, head.error)
    try:
        return intake(head)
    except Exception as fault:  # noqa: BLE001 - one source must not hide the others
        return broken(head, f"{type(fault).__name__}: {quoted(str(fault))}")


wanted = get_parsing_context().dag_id  # set when a task runs: then only its own DAG is built
for source_head in source_headers():
    if not wanted or wanted == dag_id_of(source_head):
        globals()[dag_id_of(source_head)] = build(source_head)
