"""The example row of a template: a record that a person could have written, and that breaks no rule.

It is drawn like the records of a sample, from few and plausible values: what the standard gives as examples, small
numbers, days that follow each other, places in Hainan, texts that say what belongs there.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from hub.i18n import say
from mappings.draft.template import is_chosen
from pipeline.authoring.sample_bank import Draw, bank
from standards import standard
from standards.exports.flat_columns import invented_fields
from standards.exports.record_files import flat_table
from standards.exports.valid_values import codes_in_force

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from mappings.draft import TemplateTable
    from pipeline.authoring.sample_bank import Pools
    from standards import Field

    Kinds: TypeAlias = "tuple[tuple[Callable[[Field], bool], Callable[[Field], list[object]]], ...]"

SEED = 1
FIRST = datetime(2024, 5, 13, 1, 30, tzinfo=UTC)  # a day above 12, so that nobody takes it for the month
DAYS, YEAR = 4, 2023
FEW = 5  # codes of a list that may be chosen
SMALL = 2  # the greatest number where nothing asks for a greater one
NOBODY = ("death", "missing", "fatal")  # what counts of these begin with: an example is no catastrophe
BEFORE = ("production_date", "incident_date", "valid_from", "onset_at", "started_at", "alarm_at")
AFTER = ("expiry_date", "valid_to", "ended_at", "closed_date", "due_date")
HAIKOU = ("460105", "460106", "460107", "460108")  # its districts
USUAL = {
    "region": HAIKOU,
    "country": ("CHN",),
    "currency": ("CNY",),
    "coord_sys": ("WGS84",),
    "unit": ("EA",),
    "analyte": ("lead", "cadmium"),
}
PLACE = {"lon": Decimal("110.33"), "lat": Decimal("20.03")}
IDENTIFIERS = {"cn.uscc": "91460000MA5T6QW92N", "ean": "4006381333931", "casrn": "7440-43-9"}


def example_record(table: TemplateTable, language: str) -> dict[str, str | None]:
    """Return the texts of the example by the columns of the template; None where it has nothing.

    Args:
        table: The record type, and how many items of each of its lists have columns.
        language: Of the texts: en or zh.
    """
    about = table.record_type
    pools: Pools = {
        (child, each.name): plausible(each, language)
        for child, part in about.tables.items()
        for each in invented_fields(part)
    }
    found = bank(about, Draw(Draw(SEED).number(about.name)), pools)
    right = pc.less(found.tables[""]["row"], found.right)
    tables = {child: each if child else each.filter(right) for child, each in found.tables.items()}
    rows = flat_table(tables, about, table.items).to_pylist()
    fullest: dict[str, str | None] = max(rows, key=lambda row: sum(value is not None for value in row.values()))
    return fullest


def plausible(field: Field, language: str) -> pa.Array:
    """Return the values that an example may have in a field; none where a made-up one would be noise."""
    return pa.array(_values(field, language), pa.string() if _is_moment(field) else field.arrow).cast(field.arrow)


def _is_moment(field: Field) -> bool:
    return bool(pa.types.is_timestamp(field.arrow) or pa.types.is_date(field.arrow))


def _is_number(field: Field) -> bool:
    return bool(pa.types.is_integer(field.arrow) or pa.types.is_decimal(field.arrow))


def _values(field: Field, language: str) -> list[object]:
    if field.examples:
        return list(field.examples[:1])
    for fits, make in KINDS:
        if fits(field):
            return make(field)
    return [say("template.text", language, label=field.label[language])[: field.max_length]]


def _moments(field: Field) -> list[object]:
    days = _days(field, [FIRST + timedelta(days=at) for at in range(DAYS)])
    if pa.types.is_date(field.arrow):
        return [each.date().isoformat() for each in days]
    return [each.isoformat().replace("+00:00", "Z") for each in days]


def _of_pattern(field: Field) -> list[object]:
    if field.identifier in IDENTIFIERS:
        return [IDENTIFIERS[field.identifier]]
    if field.pattern and field.pattern.startswith("^https?://"):
        return ["https://www.example.org/1"]
    if field.name == "sha256":
        return [sha256(b"").hexdigest()]
    return ["1.pdf"] if field.pattern == r"^[^/\\]+$" else []


def _days(field: Field, days: list[datetime]) -> list[datetime]:
    """Return the days that a field may have: the event comes first, and what ends or is reported later."""
    if field.name == "event_at" or field.name.endswith(BEFORE):
        return days[:1]
    return days[-1:] if field.name.endswith(AFTER) else days[1:-1]


def _codes(field: Field) -> list[object]:
    held = codes_in_force(standard().codelists[str(field.codelist)])
    usual = [each for each in USUAL.get(str(field.codelist), ()) if each in held]
    if usual or not (is_chosen(field) or field.required):
        return [*usual]  # of a long list no code is known to everybody
    return [*held[:FEW]]


def _numbers(field: Field) -> list[object]:
    if field.name in PLACE:
        return [PLACE[field.name]]
    if field.name.endswith("year"):
        return [YEAR]
    low = field.minimum if field.minimum is not None else field.above or 0
    first = int(low) + (field.above is not None)
    last = first + SMALL if field.maximum is None else min(int(field.maximum), first + SMALL)
    if field.name.startswith(NOBODY) and first == 0:
        return [0]
    decimal = pa.types.is_decimal(field.arrow)
    found = [Decimal(each) if decimal else each for each in range(first, last + 1)]
    return [each for each in found if field.maximum is None or each <= field.maximum]


KINDS: Kinds = (
    (lambda field: field.codelist is not None, _codes),
    (_is_moment, _moments),
    (lambda field: bool(pa.types.is_boolean(field.arrow)), lambda _: [False]),
    (_is_number, _numbers),
    (lambda field: field.pattern is not None or field.identifier is not None, _of_pattern),
)
