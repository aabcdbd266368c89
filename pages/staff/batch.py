"""One batch as the staff's pages show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from fastapi import HTTPException

from warehouse.listings import RowCounts

if TYPE_CHECKING:
    from datetime import datetime

    from pages.site.reading import Reader


class TitledSource(TypedDict):
    """A source (`agency/feed`), with its title and its agency's name in both languages."""

    source: str
    title_zh: str
    title_en: str
    agency_zh: str
    agency_en: str


class BatchAccount(RowCounts, TitledSource):
    """A batch with its delivery, its source and the times of its steps (`staff/batch_named`)."""

    batch: str
    record_type: str
    file: str
    sha256: str
    bytes: int
    connector: str
    state: str
    waits_for: str | None
    waits_since: datetime | None
    duplicate_of: str | None
    replay_of: str | None
    origin_batch: str
    mode: str | None
    mapping_version: str | None
    standard_version: str | None
    ended: int  # records
    delivered_at: datetime
    received_at: datetime
    mapped_at: datetime | None
    validated_at: datetime | None
    loaded_at: datetime | None
    acknowledged_at: datetime | None
    submission_id: str | None
    operation: str | None
    sequence: int | None
    period: str | None
    sender: str | None


def counts_of(rows: RowCounts) -> dict[str, int]:
    """Return what became of the rows, by bucket."""
    return {
        "new": rows["new"],
        "changed": rows["changed"],
        "unchanged": rows["unchanged"],
        "duplicate": rows["duplicate"],
        "quarantined": rows["quarantined"],
        "skipped": rows["skipped"],
    }


def batch_named(reader: Reader, batch: str) -> BatchAccount:
    """Return one batch; raise HTTPException with 404 when the ledger has no such id."""
    found = reader.rows(BatchAccount, "staff/batch_named", batch=batch)
    if not found:
        raise HTTPException(404)
    return found[0]
