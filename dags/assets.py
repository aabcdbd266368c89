"""The tables of core as assets, and one for the batches themselves.

A source's own DAG knows its tables beforehand; a DAG that works for any source tells of them when it is done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk import Asset, AssetAlias, get_current_context

if TYPE_CHECKING:
    from collections.abc import Sequence

ANY = AssetAlias("core")  # the outlet of a task that calls `tell_loaded`
ANSWERED = Asset(
    "batches", uri="hub://ledger/batches"
)  # told when a batch has come to its end, waits, or was decided on


def table(record_type: str) -> Asset:
    """Return the asset that the records of one type are."""
    return Asset(f"core/{record_type}", uri=f"hub://core/{record_type}")


def tell_loaded(batches: Sequence[str]) -> None:
    """Tell whoever waits for a table that those of `batches` that are loaded have come."""
    from pipeline.steps.runner import loaded_types  # noqa: PLC0415 - heavy

    events = get_current_context()["outlet_events"][ANY]
    for record_type in loaded_types(batches):
        events.add(table(record_type))
