"""The fault of a task tells its class and place, never a value."""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING

import psycopg
import pytest

from hub.errors import FixTheHub, HubError, RetryLater

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.airflow, pytest.mark.usefixtures("airflow")]

SECRET = "欧瑾瑾 13912345678"  # noqa: S105 - the name and the number of nobody


def a_cause() -> None:
    try:
        int(SECRET)
    except ValueError as fault:
        raise FixTheHub("The mapping does not load.", where="a/b") from fault


def a_context() -> None:
    try:
        int(SECRET)
    except ValueError:
        raise FixTheHub("The mapping does not load.", where="a/b")  # noqa: B904


def a_value() -> None:
    int(SECRET)


def a_database() -> None:
    raise psycopg.DataError(SECRET)


def a_disk() -> None:
    raise OSError(28, SECRET)


@pytest.mark.parametrize(
    ("work", "kind", "says"),
    [
        (a_cause, FixTheHub, "The mapping does not load."),
        (a_context, FixTheHub, "The mapping does not load."),
        (a_value, RetryLater, "ValueError"),
        (a_database, RetryLater, "DataError"),
        (a_disk, RetryLater, "disk"),
    ],
)
def test_a_task_tells_no_value(
    work: Callable[[], None], kind: type[HubError], says: str, caplog: pytest.LogCaptureFixture
) -> None:
    from dags.faults import without_values  # noqa: PLC0415 - imports Airflow

    caplog.set_level(logging.DEBUG)
    with pytest.raises(kind) as caught:
        without_values(work)()
    told = "".join(traceback.format_exception(caught.value, chain=True)) + caplog.text
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert says in told
    assert SECRET not in told
    assert "13912345678" not in told


def test_every_task_of_ours_is_guarded(dags: Callable[[str], dict[str, object]]) -> None:
    for name in ("intake.py", "replay.py", "approval.py", "recovery.py", "data_docs.py"):
        for dag in dags(name).values():
            for each in dag.tasks:  # type: ignore[attr-defined]
                work = getattr(each, "python_callable", None)
                assert work is None or hasattr(work, "__wrapped__") or each.task_id == "mapping_does_not_load"
