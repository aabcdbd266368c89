"""Asking: a file in the `check/` folder is judged like a submission and answered in `out/`; nothing of it is kept.

The ledger knows nothing of it.  A claimed file is let go of when its answer is out, so that a crash asks again, under
the same name and with the same clock: the id of the claim tells both.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from connectors import folder
from hub.batch import State, new_batch_id
from hub.errors import FixTheHub, RetryLater
from hub.finding import Finding
from hub.receipt import Verdict
from pipeline.acknowledge import publish
from pipeline.check import Asked, check, digest_of
from pipeline.findings import told
from pipeline.history import known_figures
from pipeline.recall import recall_of
from pipeline.receipts import documents
from pipeline.receive import exchange_folder
from pipeline.sources import source_named
from pipeline.warehouse import connect

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from connectors.folder import Claim
    from hub.receipt import Document
    from mappings.engine import Source

log = logging.getLogger(__name__)
ATTEMPTS = 3  # then the file is answered with HUB_FAULT
TRIED = ".tried"


def check_ready(name: str) -> list[str]:
    """Answer everything that is ready in the `check/` folder of `agency/feed`; return the ids of the answers.

    Raises FixTheHub when the mapping does not load, RetryLater for a fault of the moment; what was answered by then
    stays answered.
    """
    source, place = source_named(name), exchange_folder(name)
    inbox = place / "check"
    done = [_answer(source, claim, place / "out") for claim in folder.claimed(inbox)]
    agreed = source.connector
    settled = float(agreed.get("settle", folder.SETTLED))
    for path in folder.ready(inbox, agreed.get("complete", "rename"), datetime.now(UTC), settled):
        claimed = folder.claim(path, new_batch_id())
        if claimed:
            done.append(_answer(source, claimed, place / "out"))
    return done


def moment_of(batch_id: str) -> datetime:
    """Return the moment, to the second, at which an id was given."""
    return datetime.strptime(batch_id[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)


def _answer(source: Source, claim: Claim, out: Path) -> str:
    tried = claim.path.with_name(TRIED)
    attempt = _attempts(tried) + 1
    tried.write_text(str(attempt), "ascii")
    try:
        made = _documents(source, claim, attempt)
    except (FixTheHub, RetryLater):  # the fault is the hub's, or the moment's, not the file's
        tried.unlink()
        raise
    for document in made:
        publish(out / document.name, document.body)
    tried.unlink(missing_ok=True)
    folder.release(claim)
    return claim.batch


def _attempts(tried: Path) -> int:
    try:
        return int(tried.read_text("ascii"))
    except (OSError, ValueError):
        return 0


def _documents(source: Source, claim: Claim, attempt: int) -> Sequence[Document]:
    name = f"{claim.batch}.check"
    if claim.findings:
        return _refused(source, claim, name, claim.findings)
    if attempt > ATTEMPTS:  # it has taken its process down that often
        return _refused(source, claim, name, [Finding("HUB_FAULT", value="died")])
    with connect() as conn:
        history = known_figures(conn, source.agency, source.feed, claim.batch)
    asked = Asked(name, claim.name, moment_of(claim.batch), history, recall_of(source))
    try:
        return check(claim.path, source, asked).documents
    except (FixTheHub, RetryLater):
        raise
    except Exception as fault:
        log.exception("the check of %s failed", claim.batch)
        return _refused(source, claim, name, [Finding("HUB_FAULT", value=type(fault).__name__)])


def _refused(source: Source, claim: Claim, name: str, findings: Sequence[Finding]) -> Sequence[Document]:
    verdict = Verdict(
        agency=source.agency,
        feed=source.feed,
        state=State.REJECTED,
        check=True,
        file_name=claim.name,
        sha256=digest_of(claim.path),
        bytes=claim.path.stat().st_size,
        findings=[told(finding) for finding in findings],
    )
    return documents(verdict, source.language, name)
