"""The `check/` folder: what is put into it is judged like a submission and answered in `out/`; nothing is kept.

The ledger knows nothing of it.  A manifest and its files are claimed together, as in `in/`.  What is claimed is let go
of when its answers are out, so that a crash asks again, under the same names and with the same clock: the id of the
claim tells both.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from connectors.inbox import folder
from connectors.inbox.bundle import TAKEN
from connectors.inbox.exchange import exchange_folder, inbox_of, publish
from connectors.raw_store import digest
from hub.batch import State
from hub.durable import copy_durable, write_durable
from hub.errors import FixTheHub, HubError, RetryLater, described
from hub.finding import Finding
from hub.machine import error_of_trouble, trouble_of
from hub.receipt import Verdict
from pipeline.checks.check import CheckRequest, check
from pipeline.checks.online import HubContext
from pipeline.checks.submission import LocalSubmission
from pipeline.intake.receive import claim_ready
from pipeline.intake.unclaimed import report_unclaimed
from pipeline.receipts.render import Renderer
from pipeline.sources import source_named
from pipeline.transform.crashes import CRASHED, left_by, witnessed
from validation.aggregation import finding_to_dict
from warehouse import ledger
from warehouse.connection import connect

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from connectors.inbox.bundle import ClaimedSubmission
    from connectors.inbox.folder import Claim
    from hub.receipt import Document
    from mappings.engine import Source

log = logging.getLogger(__name__)
ATTEMPTS = 3  # then the file is answered with HUB_FAULT
TRIED = ".tried"


def check_ready(name: str) -> list[str]:
    """Answer everything that is ready in the `check/` folder of `agency/feed`.

    Returns:
        The ids of the answers.

    Raises:
        FixTheHub: The mapping does not load.
        RetryLater: A fault of the moment; what was answered by then stays answered.
    """
    source = source_named(name)
    exchange_folder(name)
    with inbox_of(name, "check") as inbox:
        bundles, claims = claim_ready(source, inbox, patient=False)
    report_unclaimed(source, inbox)
    done: list[str] = []
    faults: list[Exception] = []
    questions = [(each.id, partial(_check_bundle, source, each)) for each in bundles]
    questions += [(each.batch, partial(_check_claim, source, each)) for each in claims]
    for id_, run_check in questions:
        try:
            done += run_check()
        except (HubError, OSError) as fault:  # one question's trouble is its own
            log.warning("the check %s waits: %s", id_, fault)
            faults.append(fault)
    if faults:
        raise faults[0]
    return done


def moment_of(batch_id: str) -> datetime:
    """Return the moment, to the second, at which an id was given."""
    return datetime.strptime(batch_id[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)


class _Question(NamedTuple):
    """What was claimed together: its id, where it lies, what is wrong with its name, its manifest."""

    id: str
    folder: Path
    findings: Sequence[Finding] = ()
    submission: LocalSubmission | None = None


def _check_claim(source: Source, claim: Claim) -> list[str]:
    question = _Question(claim.batch, claim.path.parent, claim.findings)
    done = _check_files(source, question, [(claim.name, claim.path)])
    folder.release(claim)
    return done


def _check_bundle(source: Source, bundle: ClaimedSubmission) -> list[str]:
    submission = LocalSubmission(bundle.folder / TAKEN, bundle.name, bundle.body, bundle.files)
    done = _check_files(source, _Question(bundle.id, bundle.folder, (), submission), list(submission.parts()))
    with connect() as conn:
        ledger.lock_inbox(conn, source.name)
        bundle.release()
    return done


def _check_files(source: Source, question: _Question, parts: Sequence[tuple[str, Path]]) -> list[str]:
    """Publish the answers to one question, one for each of its files; return their ids."""
    for _, path in parts:
        copy_durable(path, path)  # its sender may still have it open: all that reads it reads the same bytes
    tried = question.folder / TRIED
    crashes = _attempts(tried)
    if left_by(question.id) == CRASHED:  # by what it read; who was killed from outside has not tried
        crashes += 1
        write_durable(tried, str(crashes).encode())
    ids = [question.id if number == 1 else f"{question.id}_{number:02}" for number in range(1, len(parts) + 1)]
    with witnessed(question.id):
        made = [_documents(source, question, id_, part, crashes) for id_, part in zip(ids, parts, strict=True)]
    for document in chain.from_iterable(made):
        publish(source.name, document.name, document.body)
    tried.unlink(missing_ok=True)
    return ids


def _attempts(tried: Path) -> int:
    try:
        return int(tried.read_text("ascii"))
    except (OSError, ValueError):
        return 0


def _documents(
    source: Source, question: _Question, batch_id: str, part: tuple[str, Path], crashes: int
) -> Sequence[Document]:
    called, path = part
    name = f"{batch_id}.check"
    if question.findings:
        return _refused(source, part, name, question.findings)
    if crashes >= ATTEMPTS:  # it has taken its process down that often
        return _refused(source, part, name, [Finding("HUB_FAULT", value="died")])
    request = CheckRequest(name, called, moment_of(question.id), batch_id, HubContext(source), question.submission)
    try:
        return check(path, source, request).documents
    except (FixTheHub, RetryLater):
        raise
    except Exception as fault:  # noqa: BLE001 - whatever it is, its sender is told
        trouble = trouble_of(fault)
        if trouble:  # the machine's: it is asked again
            raise error_of_trouble(trouble, batch_id) from None
        log.error("the check of %s failed: %s", batch_id, described(fault))  # noqa: TRY400
        return _refused(source, part, name, [Finding("HUB_FAULT", value=type(fault).__name__)])


def _refused(source: Source, part: tuple[str, Path], name: str, findings: Sequence[Finding]) -> Sequence[Document]:
    called, path = part
    stored = digest(path)
    verdict = Verdict(
        agency=source.agency,
        feed=source.feed,
        state=State.REJECTED,
        check=True,
        file_name=called,
        sha256=stored.sha256,
        bytes=stored.size,
        findings=[finding_to_dict(finding) for finding in findings],
    )
    return Renderer(source.language).documents(verdict, name)
