"""Values that a field may have, as JSON writes them: for example rows and samples.

Days lie in `DAYS`; a code is one that holds on all of them, so that no day makes a value wrong.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
from stdnum import casrn, ean
from stdnum.cn import uscc

from standards.exports.pattern_texts import text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

    from standards import CodeList, Field

DAYS = (date(2022, 1, 1), date(2024, 12, 31))
FAR = 1000  # beyond a bound, where there is no other
Value = str | int | bool | Decimal


def valid_values(field: Field, codelists: Mapping[str, CodeList], random: Random, size: int) -> list[Value]:
    """Return up to `size` different values of a field, none where nobody can make one up.

    Args:
        field: A field of the standard.
        codelists: All code lists.
        random: Decides among what is allowed.
        size: How many at most.
    """
    if field.codelist is not None:
        codes = codes_in_force(codelists[field.codelist])
        return list(random.sample(codes, min(size, len(codes))))
    made = [_value(field, random, number) for number in range(size)]
    return list(dict.fromkeys(value for value in made if value is not None))


def codes_in_force(codes: CodeList) -> list[str]:
    """Return the codes that hold on every one of the `DAYS`."""
    table = codes.table
    begun = pc.fill_null(pc.less_equal(table["valid_from"], pa.scalar(DAYS[0])), fill_value=True)
    going = pc.fill_null(pc.greater(table["valid_to"], pa.scalar(DAYS[1])), fill_value=True)
    found: list[str] = pc.unique(table.filter(pc.and_(begun, going))["code"]).to_pylist()
    return found


def _value(field: Field, random: Random, number: int) -> Value | None:
    if field.identifier is not None:
        make = IDENTIFIERS.get(field.identifier)
        return make(random) if make else None
    if field.pattern is not None:
        text = text_of(field.pattern, random)
        if not field.pattern.endswith("$"):
            text += f"example.org/{number + 1}"
        return text[: field.max_length] if field.max_length else text
    return _of_type(field, random, number)


def _of_type(field: Field, random: Random, number: int) -> Value:
    kind = field.arrow
    span = (DAYS[1] - DAYS[0]).days
    if pa.types.is_boolean(kind):
        return number % 2 == 0
    if pa.types.is_date(kind):
        return (DAYS[0] + timedelta(random.randrange(span))).isoformat()
    if pa.types.is_timestamp(kind):
        start = datetime(DAYS[0].year, DAYS[0].month, DAYS[0].day, tzinfo=UTC)
        return (start + timedelta(minutes=random.randrange(span * 24 * 60))).isoformat().replace("+00:00", "Z")
    if pa.types.is_integer(kind) or pa.types.is_decimal(kind):
        return _number(field, random)
    text = f"{field.label['en']} {number + 1}"
    return text if field.max_length is None else text[: field.max_length].strip()


def _number(field: Field, random: Random) -> int | Decimal:
    low = field.minimum if field.minimum is not None else field.above if field.above is not None else 0
    high = field.maximum if field.maximum is not None else low + FAR
    scale = field.arrow.scale if pa.types.is_decimal(field.arrow) else 0
    first, last = int(low * 10**scale), int(high * 10**scale)
    found = random.randint(first + (field.above is not None), last)
    return Decimal(found).scaleb(-scale) if scale else found


def _uscc(random: Random) -> str:
    body = f"91460{random.randrange(10**3):03d}MA{random.randrange(10**7):07d}"
    return body + str(uscc.calc_check_digit(body))


def _ean(random: Random) -> str:
    body = f"69{random.randrange(10**10):010d}"
    return body + str(ean.calc_check_digit(body))


def _casrn(random: Random) -> str:
    body = f"{random.randrange(10**3, 10**5)}-{random.randrange(100):02d}"
    return f"{body}-{casrn.calc_check_digit(body)}"


IDENTIFIERS: dict[str, Callable[[Random], str]] = {"cn.uscc": _uscc, "ean": _ean, "casrn": _casrn}
