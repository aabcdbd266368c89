"""What the hub says of a file: answers of checks in `out/`, receipts of submissions, in the reader's language."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from connectors.inbox.exchange import opened
from pages.portal.upload_store import note_verdict
from pipeline.receipts.render import Renderer
from pipeline.sources import types_of

if TYPE_CHECKING:
    from hub.finding import FindingLine
    from pages.portal.upload_store import Upload
    from pipeline.receipts.account import ReceiptAccount

CHECKED = ".check.json"
LONGEST = 16 << 20  # bytes of an answer
SLACK = timedelta(seconds=2)  # an id is written to the second


def verdict_of_check(upload: Upload) -> tuple[Upload, ReceiptAccount | None]:
    """Return what the check of an upload has found, None while there is no answer; and the upload, which knows it then.

    Answers are found by the hash of the file among those that came after it was handed over.
    """
    if upload.verdict:
        return upload, _read(upload, f"{upload.verdict}{CHECKED}")
    since = f"{upload.handed_over_at - SLACK:%Y%m%d-%H%M%S}"
    with opened(upload.source, "out") as out:
        names = [name for name in out.names() if name.endswith(CHECKED) and name[:15] >= since]
    for name in reversed(names):
        account = _read(upload, name)
        if account and account["file"]["sha256"] == upload.sha256:
            return note_verdict(upload, name.removesuffix(CHECKED)), account
    return upload, None


def document_of_check(upload: Upload, name: str) -> bytes:
    """Return a file that a check has put into `out/`; b"" when it is not there any more."""
    with opened(upload.source, "out") as out:
        return out.first_bytes(name, LONGEST << 2)


def in_language(account: ReceiptAccount, language: str) -> ReceiptAccount:
    """Return an account whose findings are worded in a language: it was written in that of the agency."""
    renderer, types = Renderer(language), types_of(account["source"])
    findings = [renderer.finding(cast("FindingLine", found), types) for found in account["findings"]]
    return {**account, "findings": findings}


def _read(upload: Upload, name: str) -> ReceiptAccount | None:
    try:
        found = json.loads(document_of_check(upload, name))
    except ValueError:
        return None
    return cast("ReceiptAccount", found) if isinstance(found, dict) and isinstance(found.get("file"), dict) else None
