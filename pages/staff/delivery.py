"""One delivery: its way through the hub, what became of its rows, what is wrong with them, what its sender was sent.

The page that the sender gets as a receipt has a style of its own, which the policy of our pages refuses; a frame for it
would have to be let off that policy.  So the account is shown here in our own form, from the ledger that the receipt
was made from, and the very documents are there to be saved.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypedDict
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, Response

from hub.batch import BUCKETS
from hub.finding import FindingFields, FindingLine
from pages.figures.bars import outcome_bar
from pages.site.language import language_of
from pages.site.reading import reader_of
from pages.site.rendering import render
from pages.staff.batch import BatchAccount, batch_named, counts_of
from pages.staff.read_again import one_reader
from pipeline.reports.plan import plan_replay
from pipeline.review.hold import Hold
from pipeline.sources import source_named, types_of
from validation.catalogue import catalogue, place_of
from validation.catalogue import render as finding_text
from warehouse.listings import readings_of

if TYPE_CHECKING:
    from datetime import datetime

    from hub.json_types import JsonObject
    from validation.catalogue import FindingText

router = APIRouter()
MOST = 50  # findings, and rows of a page
READABLE = 2 << 20  # bytes of a delivery whose replay is planned while somebody waits
Step = Literal[
    "received", "mapped", "validated", "held", "loaded", "acknowledged", "rejected", "duplicate", "withdrawn"
]
WORKING = {"received": "mapped", "mapped": "validated", "validated": "loaded", "loaded": "acknowledged"}
STOPPED = ("rejected", "duplicate", "withdrawn")


@dataclass(frozen=True)
class Passed:
    """One step on the way of a batch; `kind` is done, now or bad."""

    step: Step
    at: datetime | None
    kind: str


@dataclass(frozen=True)
class WordedFinding:
    """A finding in words."""

    line: FindingLine
    text: FindingText


class ReceiptLine(TypedDict):
    """A document that went back to the sender (`staff/receipts_of`)."""

    kind: str
    name: str
    bytes: int
    published_at: datetime | None


class DocumentBody(TypedDict):
    """Its name and its bytes (`staff/receipt_named`)."""

    name: str
    body: bytes


class QuarantinedRow(TypedDict):
    """A row that was not let in (`staff/quarantined_rows`)."""

    row: int
    source_file: str | None
    source_sheet: str | None
    source_line: int | None
    original: JsonObject  # the sender's columns
    findings: list[FindingFields]
    state: str
    closed_at: datetime | None
    closed_by: str | None


@router.get("/deliveries/{batch}")
def delivery(request: Request, batch: str) -> HTMLResponse:
    """Show one delivery."""
    reader, language = reader_of(request), language_of(request)
    about = batch_named(reader, batch)
    hold = next(iter(reader.rows(Hold, "holds/hold_of_batch", batch_id=batch)), None)
    findings = reader.rows(FindingLine, "staff/findings_of", batch=batch)
    with reader.connection() as conn:
        readings = readings_of(conn, batch)
    return render(
        request,
        "staff/delivery.html.j2",
        about=about,
        hold=hold,
        way=_way(about, hold),
        counts=counts_of(about),
        buckets=BUCKETS,
        bar=outcome_bar(counts_of(about), language),
        findings=_rendered(findings, about["source"], language),
        count_of_findings=len(findings),
        documents=reader.rows(ReceiptLine, "staff/receipts_of", batch=batch),
        readings=readings if len(readings) > 1 else [],
        can_plan=about["bytes"] <= READABLE and about["state"] in {"loaded", "acknowledged"},
    )


@router.get("/deliveries/{batch}/rows")
def quarantined_page(request: Request, batch: str) -> HTMLResponse:
    """Show the rows of a delivery that were not let in, or those of one finding (`?code=&column=`)."""
    reader, language = reader_of(request), language_of(request)
    about, wanted = batch_named(reader, batch), request.query_params
    after = wanted.get("after", "")
    code = wanted.get("code") if wanted.get("code") in catalogue() else None
    column = wanted.get("column", "").replace("\0", "") or None
    found = reader.rows(
        QuarantinedRow,
        "staff/quarantined_rows",
        batch=batch,
        after=int(after) if after.isascii() and after.isdigit() and len(after) < 19 else -1,  # noqa: PLR2004 - of a bigint
        code=code,
        column=column,
        limit=MOST + 1,
    )
    shown = found[:MOST]
    at_fault = {row["row"]: _columns_at_fault(row) for row in shown}
    columns = dict.fromkeys(name for row in shown for name in row["original"])
    return render(
        request,
        "staff/rows.html.j2",
        at_fault=at_fault,
        about=about,
        rows=shown,
        columns=sorted(columns, key=lambda name: not any(name in each for each in at_fault.values())),
        title_of=lambda code: finding_text(code, language).title,
        code=code,
        column=column,
        more=shown[-1]["row"] if len(found) > MOST else None,
        after=after,
    )


@router.get("/deliveries/{batch}/files/{kind}")
def document(request: Request, batch: str, kind: str) -> Response:
    """Give one of the documents that the sender got, to be saved and not to be shown."""
    found = reader_of(request).rows(DocumentBody, "staff/receipt_named", batch=batch, form=kind)
    if not found:
        raise HTTPException(404)
    saved = f"attachment; filename*=UTF-8''{quote(found[0]['name'])}"
    return Response(found[0]["body"], media_type="application/octet-stream", headers={"Content-Disposition": saved})


@router.get("/deliveries/{batch}/plan")
def plan_page(request: Request, batch: str) -> HTMLResponse:
    """Show what reading a small delivery again by today's mapping would change; nothing is changed."""
    about, language = batch_named(reader_of(request), batch), language_of(request)
    if about["bytes"] > READABLE:
        return render(request, "staff/plan.html.j2", about=about, plan=None)
    with one_reader():
        plan = plan_replay(batch, source_named(about["source"]))
    return render(
        request,
        "staff/plan.html.j2",
        about=about,
        plan=plan,
        buckets=BUCKETS,
        bar=outcome_bar(plan.counts, language),
        findings=_rendered(plan.findings, about["source"], language),
    )


def _rendered(found: list[FindingLine], source: str, language: str) -> list[WordedFinding]:
    types = types_of(source)
    texts = (finding_text(each["code"], language, types, **place_of(each)) for each in found)
    return [WordedFinding(*each) for each in zip(found[:MOST], texts, strict=False)]


def _columns_at_fault(row: QuarantinedRow) -> set[str]:
    """Return the sender's columns that the findings of a row name; one finding may name several."""
    return {name for each in row["findings"] for name in str(each.get("column") or "").split(" / ")}


def _way(about: BatchAccount, hold: Hold | None) -> list[Passed]:
    """Return the steps that a batch has passed, and the one at which it stands."""
    times: dict[Step, datetime | None] = {
        "received": about["received_at"],
        "mapped": about["mapped_at"],
        "validated": about["validated_at"],
        "loaded": about["loaded_at"],
        "acknowledged": about["acknowledged_at"],
    }
    state = about["state"]
    way = [Passed(step, at, "done") for step, at in times.items() if at and (step != "acknowledged" or state == step)]
    if hold:
        way.append(Passed("held", hold["held_at"], "now" if state == "held" else "done"))
    way.sort(key=lambda each: (each.at is None, each.at))
    if state in STOPPED:
        way.append(Passed(state, about["acknowledged_at"], "bad"))  # type: ignore[arg-type]
    elif state in WORKING:
        way.append(Passed(WORKING[state], None, "now"))  # type: ignore[arg-type]
    return way
