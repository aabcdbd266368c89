"""Checks of a manifest: what it, its files and the registered keys say by themselves; no ledger is asked.

The door and a check, with or without a hub, begin with it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from connectors.manifest import signature_fault
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from connectors.manifest import Key, Manifest
    from connectors.raw_store import Stored
    from mappings.engine import Source

SHORT = 12  # digits of a hash that a person compares


@dataclass
class AdmissionResult:
    """What the door says: with an error nothing is let in; notes are told in the receipt."""

    errors: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)  # batches that are corrected or withdrawn
    repeats: str | None = None  # the batch that has brought the same before
    late_precedence: str | None = None  # its place among the words, when a later number is here already
    signer: str | None = None  # the key whose signature was verified
    wrong_feed: bool = False  # it is not about this source: whatever else it says is not looked at


def check_manifest(
    source: Source, manifest: Manifest, keys: Mapping[str, Key], received_at: datetime
) -> AdmissionResult:
    """Check what a manifest says without looking at other submissions or at its files.

    Args:
        source: The source in whose folder it was put.
        manifest: The manifest.
        keys: The public keys of the agency by name.
        received_at: When the hub received it: the key must be valid then.
    """
    found = AdmissionResult()
    if manifest.source != source.name:
        found.errors.append(Finding("WRONG_FEED", value=manifest.source, expected=source.name))
    elif source.only_checks and manifest.operation in {"correct", "withdraw"}:
        found.errors.append(Finding("ONLY_CHECKED", value=manifest.operation))
    found.wrong_feed = bool(found.errors)
    if not found.wrong_feed:
        _check_signature(found, source, manifest, keys, received_at)
        _check_keys(found, source, manifest)
        _check_mode(found, source, manifest)
    return found


def file_faults(manifest: Manifest, files: Mapping[str, Stored]) -> Iterator[Finding]:
    """Yield what is wrong with the files that came, by what the manifest says of them."""
    for each in manifest.files:
        delivered = files.get(each.name)
        if delivered is None:
            yield Finding("FILE_MISSING", file=each.name)
        elif delivered.sha256 != each.sha256:
            yield Finding("HASH_DIFFERS", file=each.name, value=delivered.sha256[:SHORT], expected=each.sha256[:SHORT])
        elif each.bytes not in {None, delivered.size}:
            yield Finding("HASH_DIFFERS", file=each.name, value=f"{delivered.size} B", expected=f"{each.bytes} B")


def _check_signature(
    found: AdmissionResult, source: Source, manifest: Manifest, keys: Mapping[str, Key], received_at: datetime
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


def _check_keys(found: AdmissionResult, source: Source, manifest: Manifest) -> None:
    """Every key of a record to withdraw must have as many parts as that of some route."""
    lengths = {len(route.key) for route in source.routes}
    wrong = [key for key in manifest.keys if len(key) not in lengths]
    if wrong:
        expected = "; ".join(dict.fromkeys(", ".join(route.key) for route in source.routes))
        value = str(manifest.keys.index(wrong[0]) + 1)  # its place: a key that is wrong may hold anything, names too
        found.errors.append(Finding("KEY_INCOMPLETE", value=value, expected=expected, count=len(wrong)))


def _check_mode(found: AdmissionResult, source: Source, manifest: Manifest) -> None:
    """Refuse a snapshot in parts, and taking back a snapshot, which only the next one can."""
    if source.mode != "snapshot":
        return
    if manifest.withdraws is not None:
        found.errors.append(Finding("SNAPSHOT_STANDS", value=str(manifest.withdraws)))
    if manifest.operation == "new" and len(manifest.files) > 1:
        found.errors.append(Finding("SNAPSHOT_IN_PARTS", value=str(len(manifest.files))))
