"""The tables of core as assets, and one for the batches themselves.

The DAG of a source declares its tables as outlets.  A DAG that works for any source adds asset events at run time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk import Asset, AssetAlias, get_current_context

if TYPE_CHECKING:
    from collections.abc import Sequence

ANY = AssetAlias("core")  # the outlet of a task that calls `add_loaded_events`
# Has an event when a batch has ended, waits for a person, or was decided on.
ANSWERED = Asset("batches", uri="hub://ledger/batches")


def table(record_type: str) -> Asset:
    """Return the asset of the table of one record type."""
    return Asset(f"core/{record_type}", uri=f"hub://core/{record_type}")


def add_loaded_events(batches: Sequence[str]) -> None:
    """Add an event to the asset of each table that the loaded ones of `batches` have changed."""
    from pipeline.steps.runner import loaded_types  # noqa: PLC0415 - heavy

    events = get_current_context()["outlet_events"][ANY]
    for record_type in loaded_types(batches):
        events.add(table(record_type))
