"""Two editions of the standard compared, and whom each change concerns: sources, marts."""

from __future__ import annotations

import io
import re
import subprocess
import tarfile
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hub.errors import WrongUsage
from hub.messages import error_of
from hub.settings import PROJECT
from mappings.coverage import coverage
from standards import standard
from standards.comparison.changes import Change, changes
from standards.comparison.facts import facts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mappings.coverage import Coverage

MARTS = PROJECT / "warehouse_sql" / "schema"
MART = re.compile(
    r"create\s+(?:or\s+replace\s+)?(?:materialized\s+)?(?:view|function|table)\s+(?:if\s+not\s+exists\s+)?(mart\.\w+)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Concerned:
    """A change, and whom it concerns by the mappings and marts of this checkout."""

    change: Change
    sources: tuple[str, ...]
    marts: tuple[str, ...]


def standard_diff(old: str, new: str) -> list[Concerned]:
    """Return what has changed from one edition of the standard to another, the breaking changes first.

    Args:
        old: A folder with an edition (of a checkout, or exported JSON Schemas), or a git revision of this checkout.
        new: Likewise.

    Raises:
        WrongUsage: One of them is neither.
    """
    with _folder(old) as one, _folder(new) as other:
        found = changes(facts_of(one), facts_of(other))
    filled = coverage()
    marts = _marts()
    return [Concerned(each, _sources(each, filled), _reading(each, marts)) for each in found]


@contextmanager
def _folder(name: str) -> Iterator[Path]:
    """Give the folder of an edition; that of a revision is removed afterwards."""
    if Path(name).is_dir():
        yield Path(name)
        return
    commit = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    if commit is None:
        raise error_of(WrongUsage, "diff.no_edition", where=name)
    archive = _git("archive", "--format=tar", commit.decode().strip(), "standards")
    if archive is None:
        raise error_of(WrongUsage, "diff.no_edition", where=name)
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            tar.extractall(folder, filter="data")
        yield Path(folder)


def _git(*arguments: str) -> bytes | None:
    """Return what git prints; None where it fails or is not there."""
    try:
        done = subprocess.run(["git", "-C", str(PROJECT), *arguments], capture_output=True, check=False)
    except FileNotFoundError:
        return None
    return done.stdout if done.returncode == 0 else None


def _sources(change: Change, filled: Coverage) -> tuple[str, ...]:
    """Return the sources that fill the field, any field of the type, or any field with the code list of a change."""
    if change.field:
        found = [name for (of, path), names in filled.items() for name in names if _hit(change, of, path)]
    elif change.record_type:
        found = [name for (of, _), names in filled.items() for name in names if of == change.record_type]
    else:
        places = _places_of(change.codelist)
        found = [name for place, names in filled.items() for name in names if place in places]
    return tuple(sorted({*found}))


def _hit(change: Change, record_type: str, path: str) -> bool:
    whole = change.field.endswith(".*") and path.startswith(f"{change.field}.")
    return record_type == change.record_type and (path == change.field or whole)


def _places_of(codelist: str) -> set[tuple[str, str]]:
    return {
        (name, f"{child}.*.{field.path}" if child else field.path)
        for name, record_type in standard().types.items()
        for child, table in record_type.tables.items()
        for field in table.fields.values()
        if codelist and field.codelist == codelist
    }


def _marts() -> dict[str, str]:
    """Return the SQL of each mart by its name."""
    found: dict[str, str] = {}
    for path in sorted(MARTS.glob("*.sql")):
        text = path.read_text("utf-8")
        starts = [*MART.finditer(text)]
        for at, start in enumerate(starts):
            end = starts[at + 1].start() if at + 1 < len(starts) else len(text)
            found[start[1]] = found.get(start[1], "") + text[start.start() : end]
    return {name: text + _rows_of(name) for name, text in found.items()}


def _rows_of(mart: str) -> str:
    """Return the SQL of the rows of a mart that the standard makes, "" for others.

    A partner's installation lacks the database driver that writes this SQL, so these marts are not named there.
    """
    try:
        from warehouse.event_marts import MARTS as EVENT_MARTS  # noqa: PLC0415 - needs the driver
        from warehouse.event_marts import rows_text  # noqa: PLC0415
    except ModuleNotFoundError:
        return ""
    name = mart.removeprefix("mart.")
    return rows_text(name) if name in EVENT_MARTS else ""


def _reading(change: Change, marts: dict[str, str]) -> tuple[str, ...]:
    """Return the marts whose SQL names the table and the column of a change."""
    if not change.record_type:
        return ()
    child, _, inner = change.field.partition(".*")
    table = f"{change.record_type}_{child}" if ".*" in change.field else change.record_type
    column = (inner.lstrip(".") if ".*" in change.field else change.field).replace(".", "_")
    return tuple(
        name
        for name, text in marts.items()
        if re.search(rf"\b{re.escape(table)}\b", text) and (not column or re.search(rf"\b{re.escape(column)}\b", text))
    )
