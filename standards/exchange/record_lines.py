"""Records of a file of JSON lines, each in the form of its schema."""

from __future__ import annotations

import codecs
import json
from decimal import Decimal
from typing import TYPE_CHECKING, NoReturn

from jsonschema import Draft202012Validator

from hub.errors import WrongUsage
from hub.messages import error_of
from standards.exports.json_schema import bundle

if TYPE_CHECKING:
    from pathlib import Path

    from standards import RecordType, Standard
    from standards.schema import Json

SHOWN = 200  # signs of what a line has wrong


def records_of_file(path: Path, record_type: RecordType, standard: Standard) -> list[Json]:
    """Return the records of a file that has one as JSON on each line, numbers with every digit.

    Raises:
        WrongUsage: A line is no JSON, or no record of this type; the first such line is named.
    """
    schema = Draft202012Validator(bundle(standard, record_type.name))
    found = []
    for number, line in enumerate(path.read_bytes().removeprefix(codecs.BOM_UTF8).split(b"\n"), 1):
        if line.strip():
            record, why = _record(line, schema)
            if why:
                where = f"{path}:{number}"
                raise error_of(WrongUsage, "record.bad_line", where=where, type=record_type.name, why=why[:SHOWN])
            found.append(record)
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)  # NaN and infinities are no JSON (RFC 8259, section 6)


def _unique_members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("duplicate key")
    return found


def _record(line: bytes, schema: Draft202012Validator) -> tuple[Json, str]:
    """Return the record of a line, and what is wrong with it: empty where nothing is."""
    try:
        record = json.loads(
            line.decode(), parse_float=Decimal, parse_constant=_refuse, object_pairs_hook=_unique_members
        )
    except UnicodeDecodeError:
        return {}, "not UTF-8"
    except ValueError as fault:
        return {}, str(fault)
    except RecursionError:
        return {}, "nested too deeply"
    wrong = next(schema.iter_errors(record), None)
    return record, f"{wrong.json_path}: {wrong.message}" if wrong else ""
