"""Reports of a hospital about invented persons, and where these persons are found again in the hub under test."""

from __future__ import annotations

import csv
import io
from contextlib import redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING

from cli import app
from hub.settings import settings
from tests.support.canary import in_database, in_files, persons
from tests.support.exchange import sample

if TYPE_CHECKING:
    from tests.support.canary import Person

HOSPITAL = "hn_hospital/injuries"
PEOPLE = persons()
VALUES = [value for person in PEOPLE for value in person.values]


def table() -> tuple[list[str], list[str]]:
    """Return the header and the first row of the source's sample."""
    _, content = sample(HOSPITAL)
    header, first, *_ = csv.reader(io.StringIO(content.decode("gb18030")))
    return header, first


def written(header: list[str], rows: list[list[str]]) -> bytes:
    """Return a csv file as the source agreed it: in GB18030."""
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode("gb18030")


def report(person: Person, number: int, **cells: str) -> list[str]:
    """Return an ordinary report about a person, with the given cells in place of the ordinary ones."""
    header, first = table()
    line = dict(zip(header, first, strict=True))
    line |= {"报告卡编号": f"HN4601-2026-8{number:05}", "姓名": person.name, "身份证号": person.resident}
    line |= {"联系电话": person.mobile, "填报人": person.name} | cells
    return [line[name] for name in header]


def story(person: Person) -> str:
    """Return a sentence that tells everything about somebody, as people write it."""
    spaced = f"{person.mobile[:3]} {person.mobile[3:7]} {person.mobile[7:]}"
    return (
        f"患者{person.name}（{' '.join(person.name)}）驾驶{person.plate}，身份证{person.resident}，"
        f"护照{person.passport}，电话{spaced}，邮箱{person.mail}"
    )


def hits() -> dict[str, list[str]]:
    """Return the first values of persons at each place outside the raw store, in the home and in the warehouse."""
    places: dict[str, list[str]] = {}
    for place, value in [*in_files(settings().home, VALUES), *in_database(str(settings().database_url), VALUES)]:
        places.setdefault(place, []).append(value)
    return {place: values[:3] for place, values in places.items()}


def commands(*lines: list[str]) -> str:
    """Return everything that commands print."""
    text = io.StringIO()
    with redirect_stdout(text), redirect_stderr(text):
        for line in lines:
            app(line, standalone_mode=False)
    return text.getvalue()
