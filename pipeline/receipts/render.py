"""Receipts in their forms, all made from one `Verdict`: JSON for machines, HTML for people.

Deterministic: the same verdict gives the same bytes.  No clock, host name or random number goes in.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hub.batch import BUCKETS
from hub.i18n import local_time, say
from hub.receipt import Document, Verdict
from hub.templates import render_page
from pipeline.sources import types_of
from validation.batches.figure_text import expected
from validation.catalogue import expected_shown, place_of, render, right_part

if TYPE_CHECKING:
    from collections.abc import Collection

    from hub.finding import FindingLine
    from hub.receipt import ClosedSubmission, DeclaredSubmission, RuleResult
    from pipeline.receipts.account import (
        ClosedSubmissionAccount,
        FindingAccount,
        ReceiptAccount,
        RuleAccount,
        SubmissionAccount,
    )
    from warehouse.ledger import Entry

TEMPLATE = Path(__file__).with_name("receipt.html.j2")


@dataclass(frozen=True)
class Renderer:
    """Receipts, accounts and findings in one language: "en" or "zh"."""

    language: str

    def documents(self, verdict: Verdict, name: str | None = None) -> list[Document]:
        """Return the receipts of a batch: one JSON, one HTML; `name` is that of their files."""
        account = self.account(verdict)
        name = name or f"{verdict.batch_id}.receipt"
        text = json.dumps(account, ensure_ascii=False, indent=1)
        page = render_page(
            TEMPLATE,
            self.language,
            account=account,
            title=say("receipt.title_check" if verdict.check else "receipt.title", self.language),
            buckets=BUCKETS,
            expected_shown=expected_shown,
            expected=expected(verdict.expectations, self.language),
            received=local_time(verdict.received_at, self.language),
        )
        return [Document("json", f"{name}.json", text.encode()), Document("html", f"{name}.html", page.encode())]

    def account(self, verdict: Verdict) -> ReceiptAccount:
        """Return the account that others script against: batch, state, counts, findings, and what they rest on."""
        types = types_of(verdict.source)
        return {
            "batch": verdict.batch_id,
            "source": verdict.source,
            "state": str(verdict.state),
            "counts": verdict.counts.as_dict(),
            "findings": [self.finding(found, types) for found in verdict.findings],
            "skipped": [{"reason": reason, "rows": rows} for reason, rows in sorted(verdict.skipped.items())],
            "file": {"name": verdict.file_name, "sha256": verdict.sha256, "bytes": verdict.bytes},
            "duplicate_of": verdict.duplicate_of,
            "replay_of": verdict.replay_of,
            "submission": _declared(verdict.submission),
            "repaired": verdict.repaired,
            "ended": verdict.ended,
            "settled": verdict.settled,
            "approval": verdict.approval,
            "answer": verdict.correction_files,
            "corrects": [self._corrected(each) for each in verdict.corrects],
            "check": verdict.check,
            "notices": [{"code": key, "message": say(key, self.language)} for key in verdict.notices],
            "expectations": [_expected(each) for each in verdict.expectations],
            "received_at": verdict.received_at.isoformat(timespec="seconds") if verdict.received_at else None,
            "mapping_version": verdict.mapping_version,
            "standard_version": verdict.standard_version,
        }

    def finding(self, found: FindingLine, types: Collection[str]) -> FindingAccount:
        """Return a finding as its reader gets it, with title, message and cure in the words of the record types."""
        text = render(found["code"], self.language, types, **place_of(found))
        return {
            "code": found["code"],
            "level": found["level"],
            "file": found["file"],
            "sheet": found["sheet"],
            "line": found["line"],
            "column": found["column"],
            "field": found["field"],
            "value": found["value"],
            "expected": right_part(found["code"], found["expected"]),
            "read": found.get("read"),
            "count": found["count"],
            "title": text.title,
            "message": text.message,
            "cure": text.cure,
            "samples": [
                {**each, "expected": right_part(found["code"], each["expected"])} if "expected" in each else each
                for each in found["samples"]
            ],
        }

    def _corrected(self, earlier: ClosedSubmission) -> ClosedSubmissionAccount:
        """Return what was closed of one submission, each finding with its title."""
        return {
            "batch": earlier["batch"],
            "closed": earlier["closed"],
            "resent": earlier["resent"],
            "open": earlier["open"],
            "findings": [{**each, "title": render(each["code"], self.language).title} for each in earlier["findings"]],
        }


def arrival(entry: Entry) -> Document:
    """Return the technical receipt: we hold these bytes.  What is in them is another receipt's business."""
    account = {
        "batch": entry.batch_id,
        "source": entry.source,
        "state": "received",
        "message": say("receipt.arrived", entry.language),
        "file": {"name": entry.file_name, "sha256": entry.sha256, "bytes": entry.bytes},
        "received_at": entry.received_at.isoformat(timespec="seconds"),
    }
    text = json.dumps(account, ensure_ascii=False, indent=1)
    return Document("received", f"{entry.batch_id}.received.json", text.encode())


def _declared(submission: DeclaredSubmission | None) -> SubmissionAccount | None:
    """Return what the manifest declares, as far as its sender wants to find it again."""
    if submission is None:
        return None
    return {
        "operation": submission.operation,
        "sequence": submission.sequence,
        "period": submission.period,
        "targets": submission.targets,
        "reason": submission.reason,
        "sender": submission.sender,
        "signer": submission.signer,
        "manifest_sha256": submission.manifest_sha256,
        "rows_stated": submission.rows_declared,
    }


def _expected(result: RuleResult) -> RuleAccount:
    return {
        "figure": result["figure"],
        "observed": result["observed"],
        "low": result["low"],
        "high": result["high"],
        "success": result["success"],
        "holds": result["holds"],
        "origin": result["origin"],
        "engine": result["engine"],
        "column": result.get("column"),
    }


def reconciliation(counts: dict[str, int]) -> str:
    """Return the line that shows that every row is accounted for."""
    return f"{counts['read']:,} = " + " + ".join(f"{counts[name]:,} {name}" for name in BUCKETS)
