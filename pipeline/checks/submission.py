"""A submission before it is sent: a manifest with the files beside it, and what admission says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from connectors import filenames
from connectors.inbox.bundle import local_bundle
from connectors.manifest import parse
from connectors.raw_store import Stored, digest
from hub.errors import RejectBatch, WrongUsage
from hub.messages import error_of
from hub.receipt import DeclaredSubmission
from pipeline.intake.manifest_checks import AdmissionResult

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from connectors.manifest import Manifest
    from pipeline.checks.offline import OfflineContext


@dataclass(frozen=True)
class LocalSubmission:
    """What came together: the manifest, and its files by the names that it gives them."""

    path: Path  # of the manifest
    name: str  # as its sender calls it
    body: bytes
    files: Mapping[str, Path]

    def parts(self) -> Iterator[tuple[str, Path]]:
        """Yield name and place of each delivery: the files, or the manifest itself when none of them is there."""
        yield from self.files.items() if self.files else [(self.name, self.path)]

    def part_of(self, file: Path) -> str:
        """Return what the manifest calls a file; for a manifest that cannot be parsed, the name of the file itself.

        Raises:
            WrongUsage: The manifest does not name the file.
        """
        for name, path in self.parts():
            if path.resolve() == file.resolve():
                return name
        if self.is_broken:
            return filenames.label(file.name)
        raise error_of(
            WrongUsage,
            "manifest.not_named",
            where=str(self.path),
            file=file.name,
            names=", ".join((name for name, _ in self.parts())),
        )

    @property
    def is_broken(self) -> bool:
        """Whether it is no manifest."""
        try:
            parse(self.body, self.name)
        except RejectBatch:
            return True
        return False


class Admitted(NamedTuple):
    """What the door says of one delivery: with an error in the judgement, or a batch before it, it goes no further."""

    result: AdmissionResult
    manifest: Manifest | None = None
    submission: DeclaredSubmission | None = None
    before: str | None = None  # the batch that has brought the same

    @property
    def operation(self) -> str:
        """What the rows mean: new where nobody says otherwise."""
        return "new" if self.manifest is None else self.manifest.operation


def read_submission(manifest: Path) -> LocalSubmission:
    """Return a manifest and the files beside it that it names.

    Raises:
        WrongUsage: There is no such manifest.
    """
    if not manifest.is_file():
        raise error_of(WrongUsage, "manifest.none", file=manifest)
    body, files = local_bundle(manifest)
    return LocalSubmission(manifest, filenames.label(manifest.name), body, files)


def admit(
    submission: LocalSubmission | None, part: str, stored: Stored, against: OfflineContext, received_at: datetime
) -> Admitted:
    """Check a submission by the rules of admission, and return the result for one of its deliveries.

    Args:
        submission: The manifest and its files; None for a file without a manifest.
        part: The name of the delivery, as the manifest calls it.
        stored: Hash and size of its bytes.
        against: What the submission is compared with: a hub, or nothing.
        received_at: When the hub would receive it.
    """
    if submission is None:
        return _with_before(Admitted(AdmissionResult()), stored, against)
    try:
        manifest = parse(submission.body, submission.name)
    except RejectBatch as fault:
        return Admitted(AdmissionResult(errors=list(fault.findings)))
    files = {name: digest(path) for name, path in submission.files.items()}
    result = against.judge(manifest, files, received_at)
    declared = DeclaredSubmission(
        operation=manifest.operation,
        sequence=manifest.sequence,
        period=manifest.data.get("period"),
        targets=result.targets,
        reason=manifest.reason,
        sender=manifest.sender,
        signer=result.signer,
        manifest_sha256=digest(submission.path).sha256,
        rows_declared=next((each.rows for each in manifest.files if each.name == part), None),
        notes=result.notes,
    )
    return _with_before(Admitted(result, manifest, declared), stored, against)


def _with_before(admitted: Admitted, stored: Stored, against: OfflineContext) -> Admitted:
    before = against.brought_before(admitted.manifest, admitted.result, stored.sha256)
    return admitted._replace(before=before)
