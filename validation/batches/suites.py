"""Suites: what is expected of any batch of a type (suites/<type>.yml), and of one feed (`expect:` of its mapping).

A suite is a closed form: `fill: {field: {min, max}}`, shares from 0 to 1.  Of a field of a list (`product.name`) it is
the number of items that have it, against that of the records.  A breach is a warning; with `hold: true` beside a field,
or in `expect:`, the batch waits for a person.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from hub.errors import FixTheHub
from hub.messages import error_of
from hub.yaml_text import load_yaml
from standards import standard
from validation.batches.drift import FEW, Limit

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from hub.expectation import Expect, ShareBounds
    from standards import RecordType
    from validation.batches.figures import Figures

FOLDER = Path(__file__).with_name("suites")


@cache
def suite(record_type: str) -> dict[str, ShareBounds]:
    """Return what is expected of each field of a record type, {} where nothing is.

    Raises FixTheHub when the file names a field that the standard does not have, or a key that means nothing.
    """
    path = FOLDER / f"{record_type}.yml"
    if not path.exists():
        return {}
    written = load_yaml(path.read_text("utf-8")) or {}
    tables = standard().types[record_type].tables
    fields = {f"{child}.{name}" if child else name for child, table in tables.items() for name in table.fields}
    wrong = [key for key in written if key != "fill"]
    expected: dict[str, ShareBounds] = written.get("fill", {})
    wrong += [name for name, each in expected.items() if name not in fields or set(each) - {"min", "max", "hold"}]
    if wrong:
        raise error_of(FixTheHub, "standard.bad_suite", where=f"{path.name}: {', '.join(wrong)}")
    return expected


def declared_limits(
    now: Figures, expect: Expect, mapped: Iterable[tuple[RecordType, Container[str]]]
) -> Iterator[Limit]:
    """Yield the limits that suites and the mapping's `expect:` set for the figures of a batch.

    `mapped` are the record types of the feed, each with the fields that its mapping fills, those of lists as
    `product.name`: of the others nothing can be expected.
    """
    hold = bool(expect.get("hold", True))
    rows = expect.get("rows")
    if rows and not quiet(now, expect):
        yield Limit("VOLUME_UNUSUAL", "rows", now.rows, rows.get("min"), rows.get("max"), hold, "mapping.yml")
    for record_type, filled in mapped:
        table = record_type.tables[""]
        if not now.records.get(table.name):
            continue
        # A share of a few rows means nothing; the limits of a feed's own mapping hold for any number of rows.
        typical = suite(record_type.name) if now.records[table.name] >= FEW else {}
        for name, bounds in typical.items():
            if name in filled:
                child, _, field = name.rpartition(".")
                items = record_type.tables[child].name
                share = min(now.records.get(items, 0) / now.records[table.name], 1.0)
                hold_it = bool(bounds.get("hold"))
                yield _fill(now, f"{items}.{field}", bounds, hold_it, f"{record_type.name}.yml", share)
        for path, bounds in expect.get("fill", {}).items():
            fields = [each.name for each in table.fields.values() if path in {each.path, each.name}]
            yield from (_fill(now, f"{table.name}.{field}", bounds, hold, "mapping.yml") for field in fields)


def quiet(now: Figures, expect: Expect) -> bool:
    """Whether a batch has no rows, and the mapping allows that (`expect: {zero: allowed}`)."""
    return now.rows == 0 and expect.get("zero") == "allowed"


def _fill(  # noqa: PLR0913, PLR0917 - what a limit is made of, one by one
    now: Figures,
    name: str,
    bounds: ShareBounds,
    holds: bool,  # noqa: FBT001 - one of many
    origin: str,
    share: float = 1.0,
) -> Limit:
    low, high = (None if bounds.get(end) is None else float(bounds[end]) for end in ("min", "max"))
    return Limit("FILL_UNUSUAL", f"fill:{name}", share * now.fill.get(name, 0.0), low, high, holds, origin)
