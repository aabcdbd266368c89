"""Words of a feed that no crosswalk knows: what they may mean, taken by a person, and the rows that are read again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, TypedDict

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from hub.errors import WrongUsage
from hub.i18n import say
from mappings.engine import crosswalk_codes
from pages.site.identity import require_decision, visitor
from pages.site.language import language_of
from pages.site.names import choices
from pages.site.reading import reader_of
from pages.site.rendering import page_address
from pages.staff.delivery import READABLE
from pages.staff.feed import feed_named, feed_page, mapping_of
from pipeline.reports.unmapped import Gap, Proposal, accept_code, unmapped_values

if TYPE_CHECKING:
    from datetime import datetime

    from mappings.engine import Source
    from pages.site.names import Choice

router = APIRouter()
MOST = 50  # words, and batches to be read again
SHORT = 60  # codes that each form repeats; longer lists stand once on the page, and a code is typed
LONGEST_CODE, LONGEST_NOTE = 100, 300  # characters


class OpenRows(TypedDict):
    """A batch whose rows wait in quarantine (`feeds/open_rows_by_batch`)."""

    batch: str
    file: str
    bytes: int
    received_at: datetime
    state: str
    mapping_version: str | None
    rows: int


@dataclass(frozen=True)
class UnknownValue:
    """A word with the codes that it may stand for; `taken` is the code that its crosswalk has for it meanwhile."""

    gap: Gap
    choices: list[Choice]
    taken: str | None

    @property
    def is_typed(self) -> bool:
        """Whether the list is too long to stand in every form."""
        return len(self.choices) > SHORT


@dataclass(frozen=True)
class Refused:
    """What a person has entered, and why it was not taken."""

    column: str
    value: str
    code: str
    why: str


@router.get("/feeds/{agency}/{feed}/codes")
def codes_page(request: Request, agency: str, feed: str) -> HTMLResponse:
    """Show the unknown words with their proposals, and the deliveries whose rows wait."""
    return _page(request, agency, feed)


@router.post("/feeds/{agency}/{feed}/codes", dependencies=[Depends(require_decision)])
def accept(  # noqa: PLR0913, PLR0917 - the fields of the form
    request: Request,
    agency: str,
    feed: str,
    column: Annotated[str, Form()],
    value: Annotated[str, Form()],
    code: Annotated[str, Form(max_length=LONGEST_CODE)] = "",
    note: Annotated[str, Form(max_length=LONGEST_NOTE)] = "",
) -> Response:
    """Take a word into its crosswalk; only words that rows wait for are taken."""
    about = feed_named(reader_of(request), agency, feed)
    gaps = unmapped_values(about["source"])
    gap = next((each for each in gaps if (each.column, each.value) == (column, value)), None)
    if gap is None or gap.crosswalk is None or gap.cut:
        raise HTTPException(404)
    if not code.strip():
        why = say("feed.codes.no_code", language_of(request))
        return _page(request, agency, feed, Refused(column, value, "", why))
    proposal = Proposal(about["source"], gap.crosswalk, value, code.strip(), " ".join(note.split()))
    try:
        accept_code(proposal, visitor(request).login)
    except WrongUsage as fault:
        return _page(request, agency, feed, Refused(column, value, code, fault.why or fault.what))
    root = str(request.scope.get("root_path", "")).rstrip("/")
    return RedirectResponse(page_address(root, f"/feeds/{agency}/{feed}/codes", accepted=value), 303)


def _page(request: Request, agency: str, feed: str, refused: Refused | None = None) -> HTMLResponse:
    reader, language = reader_of(request), language_of(request)
    about = feed_named(reader, agency, feed)
    gaps = unmapped_values(about["source"], language)
    mapping = mapping_of(about["source"])
    unknown = [_explained(each, mapping, language) for each in gaps[:MOST]]
    return feed_page(
        request,
        "staff/feed_codes.html.j2",
        "codes",
        about,
        status=200 if refused is None else 422,
        unknown=unknown,
        lists={each.gap.codelist: each.choices for each in unknown if each.is_typed and each.taken is None},
        count=len(gaps),
        refused=refused,
        accepted=request.query_params.get("accepted", ""),
        batches=reader.rows(OpenRows, "feeds/open_rows_by_batch", agency=agency, feed=feed, limit=MOST),
        readable=READABLE,
        version=mapping.version if mapping else "",
    )


def _explained(gap: Gap, mapping: Source | None, language: str) -> UnknownValue:
    if gap.crosswalk is None or gap.codelist is None or mapping is None:
        return UnknownValue(gap, [], None)
    known = crosswalk_codes(mapping.folder, gap.crosswalk)
    return UnknownValue(gap, choices(gap.codelist, language), (known[gap.value] or "-") if gap.value in known else None)
