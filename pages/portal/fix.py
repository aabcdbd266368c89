"""Quarantined rows fixed in the browser: they make the correction file that a partner would fill and send back."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypedDict

import pyarrow as pa
from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool

from hub.errors import WrongUsage
from mappings.engine import MASK
from pages.portal import upload_store
from pages.portal.cells import field_of
from pages.portal.entrance import member_of
from pages.portal.home import reader_of
from pages.portal.submissions import require_sender, submission_of
from pages.portal.upload_store import Fixed, UploadRefusedError
from pages.portal.verdicts import in_language, verdict_of_check
from pages.site.language import language_of
from pages.site.rendering import page_address, render
from pipeline.corrections.dropdowns import choices
from pipeline.corrections.select_rows import Bad, Chosen, choose
from pipeline.corrections.summary_sheet import About
from pipeline.corrections.xlsx_file import xlsx_correction_file
from pipeline.sources import format_of, source_named
from pipeline.transform.quarantine import EVIDENCE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import Response

    from mappings.engine import Source
    from pages.portal.submissions import Progress
    from pages.portal.upload_store import Upload

router = APIRouter()
CELLS = 600  # of a page
FEWEST, MOST = 5, 50  # rows of a page
FIELDS = 2_000  # fields of a form


class OpenRow(TypedDict):
    """A row in quarantine that nothing has closed yet (`portal/open_rows`)."""

    row: int
    source_file: str | None
    source_sheet: str | None
    source_line: int | None
    original: str
    record_uid: str | None
    findings: str


@dataclass(frozen=True)
class Cell:
    """A cell of a row as the form shows it; `value` is as shown to the sender, so that personal values stay masked."""

    field: str  # of the form
    column: str
    value: str
    fault: str = ""  # what is wrong, with the cure
    among: tuple[str, ...] = ()  # the values that the column may have

    @property
    def is_masked(self) -> bool:
        """Whether a personal value is hidden in it."""
        return MASK in self.value


@dataclass(frozen=True)
class FormRow:
    """A row of the form: the cells to fix, and the others."""

    row: int
    line: int | None
    fault: str  # about the row as a whole
    wrong: list[Cell]
    others: list[Cell]


@dataclass(frozen=True)
class Sheet:
    """The open rows of a page, as the correction file would hold them."""

    source: Source
    rows: list[OpenRow]
    chosen: Chosen
    is_last: bool


@router.get("/submissions/{batch_id}/fix")
def fix_page(request: Request, batch_id: str, after: int = -1, draft: str = "") -> HTMLResponse:
    """Show a page of the open rows of a submission, with the values of a draft that was checked."""
    require_sender(request)
    progress = submission_of(request, batch_id)
    upload = upload_store.find(member_of(request).agency, draft) if draft else None
    if draft and (upload is None or upload.fixes != batch_id):
        raise HTTPException(404)
    first = min(map(int, upload.edits)) - 1 if upload and upload.edits else after
    return _page(request, progress, first, upload)


@router.post("/submissions/{batch_id}/fix")
async def fix_rows(request: Request, batch_id: str) -> Response:
    """Check or submit the rows of a page that were changed."""
    async with request.form(max_fields=FIELDS) as form:
        values = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    return await run_in_threadpool(_fixed, request, batch_id, values)


def edited(chosen: Chosen, values: Mapping[str, str]) -> dict[int, Bad]:
    """Return the rows that a form has changed, by their place among the chosen.

    Args:
        chosen: The rows as they were shown.
        values: The fields of the form; a field that is missing leaves its cell as it is.
    """
    found = {}
    for at, bad in enumerate(chosen.rows):
        row = _row_of(bad)
        cells = {
            name: _plain(values.get(field_of(row, name), text)) for name, text in bad.cells.items()
        }  # a browser writes each line break as CR LF
        if any(cells[name] != _plain(text) for name, text in bad.cells.items()):
            new = {name: text if cells[name] == _plain(text) else cells[name] for name, text in bad.cells.items()}
            found[at] = replace(bad, cells=new)
    return found


def _fixed(request: Request, batch_id: str, values: Mapping[str, str]) -> Response:
    member, progress = require_sender(request), submission_of(request, batch_id)
    after = values.get("after", "-1")
    first = int(after) if after.lstrip("-").isdigit() else -1
    purpose = "submit" if values.get("purpose") == "submit" else "check"
    sheet = _sheet(request, progress, first)
    rows = edited(sheet.chosen, values)
    if not rows or sheet.source.lists:
        return _page(request, progress, first, None, "portal.fix.unchanged", 400)
    shown = {_row_of(bad): bad.cells for bad in sheet.chosen.rows}
    edits = {
        str(_row_of(bad)): {name: text for name, text in bad.cells.items() if text != shown[_row_of(bad)][name]}
        for bad in rows.values()
    }
    chosen = Chosen(sheet.chosen.columns, list(rows.values()), progress["open"])
    name = f"{batch_id}.fix-{secrets.token_hex(3)}.xlsx"
    fixed = Fixed(batch_id, edits, name, _workbook(sheet.source, progress, chosen))
    try:
        upload = upload_store.store_fixed(member, progress["feed"], fixed, purpose)
    except UploadRefusedError as refused:
        return _page(request, progress, first, None, f"portal.refused.{refused.reason}", refused.status)
    except WrongUsage:
        return _page(request, progress, first, None, "portal.name_waits", 409)
    return RedirectResponse(page_address("", f"/uploads/{upload.id}"), 303)


def _workbook(source: Source, progress: Progress, chosen: Chosen) -> bytes:
    about = About(
        source=source.name,
        feed_title=source.title[source.language],
        file_name=progress["file_name"],
        batch_id=progress["batch_id"],
        received_at=progress["received_at"],
        language=source.language,
        read=len(chosen.rows),
        quarantined=chosen.of,
        shown=len(chosen.rows),
        whole=True,
    )
    return xlsx_correction_file(chosen, source, format_of(source), about)


def _sheet(request: Request, progress: Progress, after: int) -> Sheet:
    source = source_named(f"{member_of(request).agency}/{progress['feed']}")
    reader, language = reader_of(request), language_of(request)
    rows = reader.rows(OpenRow, "portal/open_rows", batch_id=progress["batch_id"], after=after, limit=MOST + 1)
    names = {name for each in rows for name in json.loads(each["original"])}
    columns = [name for name in source.read_columns if name in names]
    columns += sorted(names - {*columns})
    size = max(FEWEST, min(MOST, CELLS // max(len(columns), 1)))
    taken = rows[:size]
    evidence, types = pa.Table.from_pylist(taken, schema=EVIDENCE), tuple(each.name for each in source.record_types)
    chosen = choose(evidence, columns, progress["batch_id"], language, types)
    return Sheet(source, taken, chosen, len(rows) <= size)


def _page(  # noqa: PLR0913, PLR0917 - what a page shows
    request: Request, progress: Progress, after: int, draft: Upload | None, fault: str = "", status: int = 200
) -> HTMLResponse:
    sheet = _sheet(request, progress, after)
    among = choices(sheet.source, sheet.chosen.columns)
    edits = draft.edits if draft else {}
    rows = [
        _form_row(bad, line, edits.get(str(line["row"]), {}), among)
        for bad, line in zip(sheet.chosen.rows, sheet.rows, strict=False)
    ]
    account = verdict_of_check(draft)[1] if draft and draft.state == "checking" else None
    about: dict[str, Any] = {
        "progress": progress,
        "rows": rows,
        "after": after,
        "fault": fault,
        "can_fix": not sheet.source.lists,
        "account": in_language(account, language_of(request)) if account else None,
        "older": "" if sheet.is_last or not rows else page_address("", request.url.path, after=rows[-1].row),
        "newest": page_address("", request.url.path) if after >= 0 and not draft else "",
    }
    return render(request, "portal/fix.html.j2", status=status, **about)


def _form_row(bad: Bad, line: OpenRow, edits: Mapping[str, str], among: Mapping[str, list[str]]) -> FormRow:
    wrong: list[Cell] = []
    others: list[Cell] = []
    for column, text in bad.cells.items():
        fault = bad.wrong.get(column, "")
        listed = tuple(among.get(column, ()))
        cell = Cell(field_of(line["row"], column), column, edits.get(column, text), fault, listed)
        (wrong if fault or column in edits else others).append(cell)
    return FormRow(line["row"], line["source_line"], bad.wrong.get(None, ""), wrong, others)


def _row_of(bad: Bad) -> int:
    return int(bad.reference.rpartition("/")[2])


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
