"""The command `check`.  It needs no hub: a partner has it with this distribution without its extras."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.app import DELIVERIES, app
from cli.screen import FINDINGS, FINE, FileArgument, Json, RequiredSource, made_folder, out, print_json
from connectors.delivery_names import is_manifest
from hub.durable import write_durable
from hub.messages import sentence
from hub.settings import settings
from pipeline.checks.check import CheckRequest
from pipeline.checks.check import check as checked
from pipeline.checks.submission import LocalSubmission, read_submission
from pipeline.receipts.render import Renderer, reconciliation
from pipeline.sources import source_named

if TYPE_CHECKING:
    from mappings.engine import Source
    from pipeline.checks.offline import OfflineContext
    from pipeline.receipts.account import ReceiptAccount, SubmissionAccount

Folder = Annotated[
    Path | None, typer.Option("--out", metavar="FOLDER", help="Write the receipt and the rows to be corrected here.")
]
ManifestFile = Annotated[
    Path | None, typer.Option("--manifest", metavar="MANIFEST", help="The manifest that lies beside it.")
]
Offline = Annotated[bool, typer.Option("--offline", help="Do not compare with the hub.")]
MANIFEST = ("sequence", "period", "targets", "rows_stated", "signer", "manifest_sha256")


@app.command(rich_help_panel=DELIVERIES)
def check(  # noqa: PLR0913 - the options of one command
    file: FileArgument,
    source: RequiredSource,
    manifest: ManifestFile = None,
    folder: Folder = None,
    *,
    offline: Offline = False,
    as_json: Json = False,
) -> int:
    """Check a file as the hub would: the counts and findings of its receipt.  Nothing is loaded or registered.

    FILE may be a manifest: a zero report, or a withdrawal.  Where the warehouse of a hub answers, the file is
    compared with it; where none does, the verdict says so.
    """
    if folder is not None:
        made_folder(folder)
    known, submission = source_named(source), _submission(file, manifest)
    called = None if submission is None else submission.part_of(file)
    against = None if offline else _hub(known)
    request = CheckRequest(f"{file.stem}.check", called, against=against, submission=submission)
    found = checked(file, known, request, with_correction_files=folder is not None)
    account = Renderer(settings().language).account(found.verdict)
    if folder is not None:
        for document in found.documents:
            write_durable(folder / document.name, document.body)
    if as_json:
        print_json(account)
    else:
        print_account(account)
        if folder is not None:
            out.print(sentence("check.written", folder=folder, names=", ".join(each.name for each in found.documents)))
    return FINDINGS if any(finding["level"] == "error" for finding in account["findings"]) else FINE


def _submission(file: Path, manifest: Path | None) -> LocalSubmission | None:
    if manifest is None and is_manifest(file.name) and file.is_file():
        manifest = file
    return None if manifest is None else read_submission(manifest)


def _hub(source: Source) -> OfflineContext | None:
    """Return the hub to compare with; None where the extras are not installed or its warehouse does not answer."""
    if find_spec("psycopg") is None:
        return None
    reached: OfflineContext | None = import_module("pipeline.checks.online").reached(source)
    return reached


def print_account(account: ReceiptAccount) -> None:
    """Print a verdict for people: the reconciliation, then each finding with place and cure."""
    counts, findings = account["counts"], account["findings"]
    out.print(f"[bold]{account['source']}[/]  {account['batch'] or ''}  {sentence('state.' + account['state'])}")
    _print_manifest(account.get("submission"))
    out.print(reconciliation(counts))
    for notice in account.get("notices", ()):
        out.print(f"  {notice['message']}", markup=False)
    for found in findings:
        style = {"error": "red", "warning": "yellow"}.get(found["level"], "cyan")
        out.print(f"\n[{style}]{found['code']}[/] ×{found['count']:,}  {found['title']}", end="")
        out.print(f"  {found['column'] or ''}", markup=False)
        out.print(f"  {found['message']}", markup=False)
        for place in found["samples"][:3]:
            where = " ".join(str(place[name]) for name in ("file", "sheet") if place[name])
            out.print(f"    {where}:{place['line']}  {place['value'] or ''}".replace("    :", "    "), markup=False)
        out.print(f"  → {found['cure']}", markup=False)


def _print_manifest(submission: SubmissionAccount | None) -> None:
    if submission is None:
        return
    labelled = [(sentence(f"manifest.said.{name}"), submission.get(name)) for name in MANIFEST]
    line = " · ".join(f"{label} {_listed(value)}" for label, value in labelled if value not in (None, []))
    out.print(
        f"{sentence('receipt.operation')} {sentence('operation.' + submission['operation'])} · {line}", markup=False
    )


def _listed(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
