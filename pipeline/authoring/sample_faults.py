"""The faults that a sample may have: a value of one field for which the standard has exactly one finding."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from random import Random
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from standards import standard
from standards.exports.flat_columns import invented_fields
from standards.exports.valid_values import DAYS, IDENTIFIERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from standards import Field, RecordType

NO_CODE = "no-such-code"
NO_MATCHES = ("?", "/", "a b", "x", "1")  # texts, of which hardly a pattern matches all
NUMBER = "source_record_no"
TOO_OLD = date(1899, 12, 31)


@dataclass(frozen=True)
class Fault:
    """A wrong value of a field, and the code of the finding about it; `adds` where the field may be empty before."""

    child: str
    field: Field
    code: str
    value: object
    adds: bool = True


def faults_of(record_type: RecordType, bound: set[tuple[str, str]]) -> list[Fault]:
    """Return the faults of a type, of every kind in turn.

    Args:
        record_type: A record type.
        bound: The fields on which rules depend, by list and name; they get no fault, which could break a rule too.
    """
    found: dict[str, list[Fault]] = {}
    for child, table in record_type.tables.items():
        for each in invented_fields(table):
            if (child, each.name) not in bound and each.name not in {record_type.begins, NUMBER}:
                for code, value in _wrong(each):
                    found.setdefault(code, []).append(Fault(child, each, code, value, adds=value is not None))
    longest = max((len(faults) for faults in found.values()), default=0)
    return [faults[at % len(faults)] for at in range(longest) for _, faults in sorted(found.items())]


def _wrong(field: Field) -> Iterator[tuple[str, object]]:
    """Yield the code of each finding that the field can have, with a value that has it."""
    if field.required:
        yield "MISSING_VALUE", None
    if field.codelist is not None:
        if not field.open:
            yield from _wrong_codes(field.codelist)
        return
    if field.identifier is not None:
        if field.identifier in IDENTIFIERS:
            yield "BAD_IDENTIFIER", _wrong_digit(field)
        return
    kind = field.arrow
    if field.pattern is not None:
        unlike = (text for text in NO_MATCHES if not re.search(field.pattern, text, re.ASCII))
        yield from (("WRONG_PATTERN", text) for text in islice(unlike, 1))
    elif field.max_length is not None:
        yield "TEXT_TOO_LONG", "x" * (field.max_length + 1)
    if pa.types.is_date(kind):
        yield "DATE_OUT_OF_RANGE", TOO_OLD
    if pa.types.is_timestamp(kind):
        yield "DATE_OUT_OF_RANGE", datetime(TOO_OLD.year, TOO_OLD.month, TOO_OLD.day, tzinfo=UTC)
    yield from _wrong_numbers(field)


def _wrong_codes(codelist: str) -> Iterator[tuple[str, object]]:
    codes = standard().codelists[codelist]
    yield "UNKNOWN_CODE", NO_CODE
    first = pa.scalar(DAYS[0])
    ended = codes.table.filter(pc.fill_null(pc.less_equal(codes.table["valid_to"], first), fill_value=False))["code"]
    going = codes.table.filter(pc.fill_null(pc.greater(codes.table["valid_to"], first), fill_value=True))["code"]
    gone = ended.filter(pc.invert(pc.is_in(ended, value_set=pc.unique(going))))
    if len(gone):
        yield "CODE_NOT_IN_FORCE", gone[0].as_py()


def _wrong_digit(field: Field) -> str:
    """Return an identifier of the right form whose check digit is another one."""
    right = IDENTIFIERS[str(field.identifier)](Random(1))  # noqa: S311 - the same one each time
    return right[:-1] + next(digit for digit in "0123456789" if digit != right[-1])


def _wrong_numbers(field: Field) -> Iterator[tuple[str, object]]:
    if field.minimum is None and field.maximum is None and field.above is None:
        return
    value = field.maximum + 1 if field.maximum is not None else (field.minimum or field.above or 0) - 1
    yield "OUT_OF_RANGE", Decimal(str(value)) if pa.types.is_decimal(field.arrow) else int(value)
