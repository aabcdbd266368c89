"""Admission: what is wrong with a submission before any of its rows is read, by what its manifest says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg import sql

from hub.finding import Finding
from pipeline.intake.manifest_checks import AdmissionResult, check_manifest, file_faults
from warehouse import ledger
from warehouse.dynamic_sql import compose
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from psycopg import Connection

    from connectors.manifest import Key, Manifest
    from connectors.raw_store import Stored
    from mappings.engine import Source

NAMED = 3  # later deliveries that the finding about a duplicate names


def admit(  # noqa: PLR0913, PLR0917 - what one submission is
    conn: Connection[Any],
    source: Source,
    manifest: Manifest,
    files: Mapping[str, Stored],
    keys: Mapping[str, Key],
    received_at: datetime,
) -> AdmissionResult:
    """Check a manifest and the files that came with it.

    Args:
        conn: A connection to the warehouse, for earlier submissions.
        source: The source in whose folder they were put.
        manifest: The manifest.
        files: Hash and size of each file by the name that the manifest gives it.
        keys: The public keys of the agency by name.
        received_at: When the hub received them.

    Returns:
        The findings, and what follows from the manifest: targets, precedence, a repetition.
    """
    found = check_manifest(source, manifest, keys, received_at)
    if found.wrong_feed:
        return found
    _check_targets(found, conn, source, manifest)
    _check_sequence(found, conn, source, manifest)
    if found.repeats is None:
        _check_files(found, conn, source, manifest, files)
    return found


def brought_before(
    conn: Connection[Any], source: Source, manifest: Manifest | None, result: AdmissionResult, sha256: str
) -> str | None:
    """Return the batch that has brought the same bytes with the same meaning before; None when none has.

    A submission with a number is compared by its number only.  A rejected one repeats nothing.

    Args:
        conn: A connection to the warehouse.
        source: The source.
        manifest: The manifest; None for a file without one.
        result: The result of `admit`.
        sha256: The hash of the bytes, hexadecimal.
    """
    if result.repeats is not None or result.errors or (manifest is not None and manifest.sequence is not None):
        return result.repeats
    operation = "new" if manifest is None else manifest.operation
    return ledger.accepted_before(
        conn, source.agency, source.feed, sha256, operation=operation, snapshot=source.mode == "snapshot"
    )


def duplicate_finding(conn: Connection[Any], source: Source, before: str) -> Finding:
    """Return what the sender of bytes that batch `before` has brought is told.

    DUPLICATE_CORRECTED names the later files whose values hold since, DUPLICATE_FILE says that nothing is left to do.
    """
    about = {"agency": source.agency, "feed": source.feed, "origin_batch": before}
    later: dict[str, list[Any]] = {}
    for record_type in source.record_types:
        tables = {schema: sql.Identifier(schema, record_type.tables[""].name) for schema in ("core", "history")}
        for batch, file, day, count in conn.execute(compose("submissions/corrected_since", **tables), about).fetchall():
            later.setdefault(batch, [file, day, 0])[2] += count
    if not later:
        return Finding("DUPLICATE_FILE", value=before)
    named = [f"{later[batch][0]} ({later[batch][1]}, {batch})" for batch in sorted(later, reverse=True)[:NAMED]]
    records = sum(count for _, _, count in later.values())
    return Finding("DUPLICATE_CORRECTED", value=before, expected=" · ".join(named), count=records)


def _check_targets(found: AdmissionResult, conn: Connection[Any], source: Source, manifest: Manifest) -> None:
    named = manifest.corrects if manifest.corrects is not None else manifest.withdraws
    if named is None:
        return
    about = {
        "agency": source.agency,
        "feed": source.feed,
        "batch_id": named if isinstance(named, str) else None,
        "sequence": named if isinstance(named, int) else None,
    }
    found.targets = [row[0] for row in conn.execute(statement("submissions/target_batches"), about).fetchall()]
    if not found.targets:
        found.errors.append(Finding("TARGET_UNKNOWN", value=str(named)))
    if manifest.withdraws is not None:
        _check_taking_back(found, conn, source, manifest)


def _check_taking_back(found: AdmissionResult, conn: Connection[Any], source: Source, manifest: Manifest) -> None:
    """Refuse to take back a snapshot, which only the next one can, and a withdrawal: what it ended comes anew."""
    about = {"agency": source.agency, "feed": source.feed, "targets": found.targets}
    snapshot, withdrawal = conn.execute(statement("submissions/not_withdrawable"), about).fetchone() or (False, False)
    code = "WITHDRAWAL_STANDS" if withdrawal else "SNAPSHOT_STANDS" if snapshot else None
    if code:  # in place of what was said at sight: it is the nearer reason
        found.errors = [each for each in found.errors if each.code != "SNAPSHOT_STANDS"]
        found.errors.append(Finding(code, value=str(manifest.withdraws)))


def _check_sequence(found: AdmissionResult, conn: Connection[Any], source: Source, manifest: Manifest) -> None:
    """Compare its number with those that came: the same again, one that was used, a gap before it, or late."""
    number = manifest.sequence
    if number is None:
        return
    about = {"agency": source.agency, "feed": source.feed, "sequence": number}
    same = conn.execute(statement("submissions/same_sequence"), about).fetchall()
    other = next((batch_id for content, batch_id, _ in same if content != manifest.content), None)
    if other is not None:
        found.errors.append(Finding("SEQUENCE_REUSED", value=str(number), expected=other))
        return
    if same and not same[0][2]:
        found.repeats = same[0][1]
        withdrawn = conn.execute(
            statement("submissions/keys_withdrawn_since"), {**about, "origin_batch": same[0][1]}
        ).fetchone()
        if withdrawn == (True,):
            found.notes.append(Finding("DUPLICATE_UNDONE", value=str(number)))
        return
    if same:
        found.notes.append(Finding("SENT_AGAIN", value=str(number), expected=same[-1][1]))
    late = conn.execute(statement("submissions/late_precedence"), about).fetchone()
    (last,) = conn.execute(statement("submissions/last_sequence"), about).fetchone() or (None,)
    if late is not None:
        found.late_precedence = late[0]
        found.notes.append(Finding("SEQUENCE_LATE", value=str(number), expected=str(last)))
    elif last is not None and number > last + 1:
        missing = str(last + 1) if number == last + 2 else f"{last + 1} … {number - 1}"
        found.notes.append(Finding("SEQUENCE_GAP", value=str(number), expected=missing))


def _check_files(
    found: AdmissionResult, conn: Connection[Any], source: Source, manifest: Manifest, files: Mapping[str, Stored]
) -> None:
    faults = list(file_faults(manifest, files))
    if manifest.files and not files:
        # Its files were here before it and went in without it: the manifest comes too late, and nothing is wrong.  Not
        # so one that means something else by them: nobody may take a withdrawal for a repetition of what it withdraws.
        operation, snapshot = manifest.operation, source.mode == "snapshot"
        before = [
            ledger.accepted_before(
                conn, source.agency, source.feed, each.sha256, operation=operation, snapshot=snapshot
            )
            for each in manifest.files
        ]
        if all(before) and not found.errors and source.signature == "none":
            found.repeats = before[0]
            return
    found.errors += faults
