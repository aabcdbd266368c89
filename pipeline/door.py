"""The door: what is wrong with a submission before any of its rows is read, by what its manifest says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from connectors.manifest import signature_fault
from hub import ledger
from hub.finding import Finding
from hub.sql import statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from psycopg import Connection

    from connectors.manifest import Key, Manifest
    from connectors.raw import Stored
    from mappings.engine import Source

SHORT = 12  # digits of a hash that a person compares


@dataclass
class Judgement:
    """What the door says: with an error nothing is let in; notes are told in the receipt."""

    errors: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)  # batches that are corrected or withdrawn
    repeats: str | None = None  # the batch that has brought the same before
    late_turn: str | None = None  # its place among the words, when a later number is here already
    signer: str | None = None  # the key whose signature was verified


def judge(  # noqa: PLR0913, PLR0917 - what one submission is
    conn: Connection[Any],
    source: Source,
    manifest: Manifest,
    files: Mapping[str, Stored],
    keys: Mapping[str, Key],
    received_at: datetime,
) -> Judgement:
    """Judge a manifest and the files that came with it; `files` are in the raw store, by the names it gives them."""
    found = Judgement()
    if manifest.source != source.name:
        found.errors.append(Finding("WRONG_FEED", value=manifest.source, expected=source.name))
        return found  # whatever else it says is not about this source
    _check_signature(found, source, manifest, keys, received_at)
    _check_keys(found, source, manifest)
    _check_mode(found, source, manifest)
    _check_targets(found, conn, source, manifest)
    _check_sequence(found, conn, source, manifest)
    if found.repeats is None:
        _check_files(found, conn, source, manifest, files)
    return found


def _check_signature(
    found: Judgement, source: Source, manifest: Manifest, keys: Mapping[str, Key], received_at: datetime
) -> None:
    if source.signature == "none":
        return
    if manifest.signer is None and source.signature == "wanted":
        found.notes.append(Finding("SIGNATURE_WANTED"))
        return
    fault = signature_fault(manifest.data, keys, received_at)
    if fault is None:
        found.signer = manifest.signer
    else:
        found.errors.append(fault)


def _check_keys(found: Judgement, source: Source, manifest: Manifest) -> None:
    """Every key of a record to withdraw must have as many parts as that of some route."""
    lengths = {len(route.key) for route in source.routes}
    wrong = [key for key in manifest.keys if len(key) not in lengths]
    if wrong:
        expected = "; ".join(dict.fromkeys(", ".join(route.key) for route in source.routes))
        value = None if source.personal & set(source.key_columns) else " | ".join(wrong[0])
        found.errors.append(Finding("KEY_INCOMPLETE", value=value, expected=expected, count=len(wrong)))


def _check_mode(found: Judgement, source: Source, manifest: Manifest) -> None:
    """Refuse a snapshot in parts."""
    if source.mode == "snapshot" and manifest.operation == "new" and len(manifest.files) > 1:
        found.errors.append(Finding("SNAPSHOT_IN_PARTS", value=str(len(manifest.files))))


def _check_targets(found: Judgement, conn: Connection[Any], source: Source, manifest: Manifest) -> None:
    named = manifest.corrects if manifest.corrects is not None else manifest.withdraws
    if named is None:
        return
    about = {
        "agency": source.agency,
        "feed": source.feed,
        "batch_id": named if isinstance(named, str) else None,
        "sequence": named if isinstance(named, int) else None,
    }
    found.targets = [row[0] for row in conn.execute(statement("ledger/targets"), about).fetchall()]
    if not found.targets:
        found.errors.append(Finding("TARGET_UNKNOWN", value=str(named)))
    if manifest.withdraws is not None:
        _check_taking_back(found, conn, source, manifest)


def _check_taking_back(found: Judgement, conn: Connection[Any], source: Source, manifest: Manifest) -> None:
    """Refuse to take back a snapshot, which only the next one can, and a withdrawal: what it ended is sent again."""
    about = {"agency": source.agency, "feed": source.feed, "targets": found.targets}
    snapshot, withdrawal = conn.execute(statement("ledger/cannot_end"), about).fetchone() or (False, False)
    if withdrawal:
        found.errors.append(Finding("WITHDRAWAL_STANDS", value=str(manifest.withdraws)))
    elif snapshot or source.mode == "snapshot":
        found.errors.append(Finding("SNAPSHOT_STANDS", value=str(manifest.withdraws)))


def _check_sequence(found: Judgement, conn: Connection[Any], source: Source, manifest: Manifest) -> None:
    """Compare its number with those that came: the same again, one that was used, a gap before it, or late."""
    number = manifest.sequence
    if number is None:
        return
    about = {"agency": source.agency, "feed": source.feed, "sequence": number}
    same = conn.execute(statement("ledger/same_sequence"), about).fetchall()
    other = next((batch_id for content, batch_id, _ in same if content != manifest.content), None)
    if other is not None:
        found.errors.append(Finding("SEQUENCE_REUSED", value=str(number), expected=other))
        return
    if same and not same[0][2]:
        found.repeats = same[0][1]
        if conn.execute(statement("ledger/keys_withdrawn_since"), {**about, "word": same[0][1]}).fetchone() == (True,):
            found.notes.append(Finding("DUPLICATE_UNDONE", value=str(number)))
        return
    if same:
        found.notes.append(Finding("SENT_AGAIN", value=str(number), expected=same[-1][1]))
    late = conn.execute(statement("ledger/late_turn"), about).fetchone()
    (last,) = conn.execute(statement("ledger/last_sequence"), about).fetchone() or (None,)
    if late is not None:
        found.late_turn = late[0]
        found.notes.append(Finding("SEQUENCE_LATE", value=str(number), expected=str(last)))
    elif last is not None and number > last + 1:
        missing = str(last + 1) if number == last + 2 else f"{last + 1} … {number - 1}"
        found.notes.append(Finding("SEQUENCE_GAP", value=str(number), expected=missing))


def _check_files(
    found: Judgement, conn: Connection[Any], source: Source, manifest: Manifest, files: Mapping[str, Stored]
) -> None:
    faults = list(_file_faults(manifest, files))
    if manifest.files and not files:
        # Its files were here before it and went in without it: the manifest comes too late, and nothing is wrong.  Not
        # so one that means something else by them: nobody may take a withdrawal for a repetition of what it withdraws.
        about, snapshot = {"agency": source.agency, "feed": source.feed}, source.mode == "snapshot"
        before = [
            ledger.accepted_before(
                conn, {**about, "sha256": each.sha256}, operation=manifest.operation, snapshot=snapshot
            )
            for each in manifest.files
        ]
        if all(before) and not found.errors and source.signature == "none":
            found.repeats = before[0]
            return
    found.errors += faults


def _file_faults(manifest: Manifest, files: Mapping[str, Stored]) -> Iterator[Finding]:
    for each in manifest.files:
        came = files.get(each.name)
        if came is None:
            yield Finding("FILE_MISSING", file=each.name)
        elif came.sha256 != each.sha256:
            yield Finding("HASH_DIFFERS", file=each.name, value=came.sha256[:SHORT], expected=each.sha256[:SHORT])
        elif each.bytes not in {None, came.size}:
            yield Finding("HASH_DIFFERS", file=each.name, value=f"{came.size} B", expected=f"{each.bytes} B")
