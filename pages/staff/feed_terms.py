"""What is agreed about a feed: who sends it, by which task of the policy, and when; its mapping and its conflicts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from hub import clock
from hub.errors import HubError
from hub.i18n import has, say
from hub.settings import settings
from hub.zones import CHINA, in_zone
from mappings.engine import explain, read_agreements
from pages.site.language import language_of
from pages.site.reading import reader_of
from pages.staff.feed import feed_named, feed_page, mapping_of
from pages.staff.late import due_next
from pipeline.conflicts.query import ConflictCount
from standards.agencies import register

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from mappings.engine import Agreement, Route, Source

router = APIRouter()
MOST = 50  # conflicts, versions


class MappingVersion(TypedDict):
    """A version of the mapping by which batches were read (`feeds/mapping_versions`)."""

    mapping_version: str
    standard_version: str | None
    first_at: datetime
    last_at: datetime
    batches: int
    replays: int
    read: int
    quarantined: int


class OpenConflict(TypedDict):
    """What two feeds say differently about one thing (`feeds/open_conflicts`)."""

    label_zh: str
    label_en: str
    rule: str
    thing: str
    opened_at: datetime
    left_type: str
    left_agency: str
    left_feed: str
    left_uid: Any
    left_record_no: str
    left_value: str | None
    right_type: str
    right_agency: str
    right_feed: str
    right_uid: Any
    right_record_no: str
    right_value: str | None


@dataclass(frozen=True)
class Right:
    """A body that may send, and the tasks of the policy that say so."""

    body: str
    record_type: str
    tasks: list[str]


@dataclass(frozen=True)
class MappedField:
    """A field of the standard, and the columns and verbs that fill it."""

    path: str
    label: str
    columns: list[str]
    verbs: str


@dataclass(frozen=True)
class MappedRoute:
    """The fields that one route of a feed fills."""

    name: str
    label: str
    key: tuple[str, ...]
    fields: list[MappedField]


@router.get("/feeds/{agency}/{feed}/terms")
def terms_page(request: Request, agency: str, feed: str) -> HTMLResponse:
    """Show what is agreed about a feed."""
    language, now = language_of(request), clock.now()
    about = feed_named(reader_of(request), agency, feed)
    mapping, today = mapping_of(about["source"]), in_zone(now, ZoneInfo(CHINA)).date()
    return feed_page(
        request,
        "staff/feed_terms.html.j2",
        "terms",
        about,
        mapping=mapping,
        type_names=[each.label[language] for each in mapping.record_types] if mapping else [],
        rights=list(_rights(mapping, today, language)) if mapping else [],
        agreements=_agreements(mapping) if mapping else [],
        every=_every_text(mapping, language),
        next_due=due_next(about["source"], now),
    )


@router.get("/feeds/{agency}/{feed}/mapping")
def mapping_page(request: Request, agency: str, feed: str) -> HTMLResponse:
    """Show how the columns of a feed become fields, and the versions of its mapping that the ledger knows."""
    reader, language = reader_of(request), language_of(request)
    about = feed_named(reader, agency, feed)
    mapping = mapping_of(about["source"])
    return feed_page(
        request,
        "staff/feed_mapping.html.j2",
        "mapping",
        about,
        mapping=mapping,
        routes=[_route(each, language) for each in mapping.routes] if mapping else [],
        versions=reader.rows(MappingVersion, "feeds/mapping_versions", agency=agency, feed=feed, limit=MOST),
    )


@router.get("/feeds/{agency}/{feed}/conflicts")
def conflicts_page(request: Request, agency: str, feed: str) -> HTMLResponse:
    """Show what a feed and others say differently about the same things."""
    reader = reader_of(request)
    about = feed_named(reader, agency, feed)
    open_ones = reader.rows(OpenConflict, "feeds/open_conflicts", agency=agency, feed=feed, limit=MOST + 1)
    return feed_page(
        request,
        "staff/feed_conflicts.html.j2",
        "conflicts",
        about,
        counts=reader.rows(ConflictCount, "conflicts/summarize_conflicts", source=about["source"], link=None),
        conflicts=open_ones[:MOST],
        is_cut=len(open_ones) > MOST,
    )


def _every_text(mapping: Source | None, language: str) -> str:
    """Return how often a feed is due, in words where the catalogue has them; "" where nothing is agreed."""
    every = mapping.expect.get("every", "") if mapping else ""
    return say(f"feed.every.{every}", language) if has(f"feed.every.{every}") else every


def _rights(mapping: Source, today: date, language: str) -> Iterator[Right]:
    """Yield the bodies that may send the records of a feed today, each with the tasks of the policy that say so."""
    known = register()
    for record_type in mapping.record_types:
        for body in known.acting(mapping.bodies, record_type.name, today):
            tasks = [known.rows[each].label[language] for each in known.rights(body, record_type.name, today)]
            yield Right(known.bodies[body].label[language], record_type.label[language], tasks)


def _agreements(mapping: Source) -> list[Agreement]:
    """Return the agreements by which others see the records of a feed; [] where those of an agency have mistakes."""
    types = {each.name for each in mapping.record_types}
    try:
        agreed = read_agreements(settings().sources)
    except HubError:
        return []
    return [each for each in agreed if each.agency == mapping.agency and types & {*each.record_types}]


def _route(route: Route, language: str) -> MappedRoute:
    tables = route.record_type.tables
    labels = {
        f"{child}.{field.path}" if child else field.path: field.label[language]
        for child, table in tables.items()
        for field in table.fields.values()
    }
    fields = []
    for path in dict.fromkeys(path for path, _ in route.all_rules()):
        steps = explain(route, path, language)
        plain = ".".join(part for part in path.split(".") if not part.isdigit())
        columns = [column for column, _ in steps if column]
        fields.append(
            MappedField(
                path,
                labels.get(path) or labels.get(plain, ""),
                [*dict.fromkeys(columns)],
                "; ".join(dict.fromkeys(verbs for _, verbs in steps)),
            )
        )
    return MappedRoute(route.name, route.record_type.label[language], route.key, fields)
