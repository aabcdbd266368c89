"""What lies in an exchange folder and is not taken: links, pipes, folders, files with two names, files that are closed.

It stays where it lies and stops nothing.  The operator reads of it after `riskhub run` and in `riskhub doctor`; its
agency finds one notice in `out/`, `<folder>.notice.json` and `.html`, which goes when nothing is left to tell.
"""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from connectors import filenames
from connectors.inbox.exchange import opened, publish
from connectors.inbox.hub_folder import hub_folder
from connectors.inbox.partner_folder import CLOSED, FIXED, LINKED, NOTES
from hub.durable import write_durable
from hub.errors import HubError
from hub.finding import Finding
from hub.settings import settings
from pipeline.conflicts.findings import ConflictFindings
from pipeline.conflicts.notices import notice
from validation.aggregation import finding_to_dict as found

if TYPE_CHECKING:
    from pathlib import Path

    from connectors.inbox.partner_folder import Inbox
    from mappings.engine import Source

log = logging.getLogger(__name__)
CODES = {LINKED: "FILE_HAS_TWO_NAMES", CLOSED: "FILE_CLOSED_TO_HUB", FIXED: "FILE_CLOSED_TO_HUB"}
FORMS = ("json", "html")


class UnclaimedEntry(NamedTuple):
    """One thing that is not taken: where it lies, what it is called, and why (connectors/inbox/partner_folder.py)."""

    source: str
    part: str
    name: str
    kind: str


class _Noted(NamedTuple):
    """What was left alone at a look, by name, and the names of what its agency was told."""

    left: dict[str, str]
    reported: list[str]


def report_unclaimed(source: Source, inbox: Inbox) -> None:
    """Note what was left alone at this look, and tell its agency when that has changed.

    A file with two names is told at the second look: an SFTP server renames by making the new name before it removes
    the old one.  A folder that cannot be written to stops nothing.
    """
    part, notes = inbox.folder.path.name, inbox.own / NOTES
    before = _noted(notes)
    shown = {name: kind for name, kind in inbox.skipped.items() if kind != LINKED or name in before.left}
    now = _Noted(inbox.skipped, sorted(shown))
    if now == before:
        return
    try:
        every = [Finding(CODES.get(kind, "NOT_A_FILE"), file=filenames.label(name)) for name, kind in shown.items()]
        findings = [found(each) for each in every]
        documents = notice(part, ConflictFindings(source.name, source.language, findings=findings), "left")
        if findings:
            for document in documents:
                publish(source.name, document.name, document.body)
        else:
            _withdraw(source.name, [document.name for document in documents])
        if now.left:
            write_durable(notes, json.dumps(now._asdict()).encode())
        else:
            notes.unlink(missing_ok=True)
    except (OSError, HubError) as fault:
        log.warning("%s was not told what is left in %s: %s", source.name, part, fault)


def unclaimed_entries(source: str | None = None) -> list[UnclaimedEntry]:
    """Return what the last looks have left alone, of one source or of all."""
    found = []
    with suppress(HubError):  # there is no exchange yet; what is wrong with it is told elsewhere
        place = hub_folder(settings().exchange)
        for notes in sorted(place.glob(f"*/*/*/{NOTES}")):
            agency, feed, part, _ = notes.relative_to(place).parts
            if source in {None, f"{agency}/{feed}"}:
                noted = _noted(notes).left
                found += [
                    UnclaimedEntry(f"{agency}/{feed}", part, filenames.label(name), noted[name])
                    for name in sorted(noted)
                ]
    return found


def _withdraw(source: str, documents: list[str]) -> None:
    with opened(source, "out") as out:
        for name in documents:
            with suppress(FileNotFoundError):
                out.remove(name)


def _noted(notes: Path) -> _Noted:
    with suppress(OSError, ValueError, TypeError):
        return _Noted(**json.loads(notes.read_bytes()))
    return _Noted({}, [])
