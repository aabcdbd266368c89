"""Times as HL7 version 2 writes them (data types DT and TS), put into the form of ISO 8601."""

from __future__ import annotations

from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from mappings.engine.arrays import only_where

FORM = (
    r"^(?P<year>\d{4})(?:(?P<month>\d{2})(?:(?P<day>\d{2})(?:(?P<hour>\d{2})(?:(?P<minute>\d{2})"
    r"(?:(?P<second>\d{2})(?P<fraction>[.]\d{1,4})?)?)?)?)?)?(?P<zone>[+-]\d{4})?$"
)
PARTS = ("year", "month", "day", "hour", "minute", "second")
LEAST = {"month": "01", "day": "01", "hour": "00", "minute": "00", "second": "00"}  # where a text ends before it


class Hl7Times(NamedTuple):
    """Times in the form of ISO 8601 (string, null where the text is none), and their precision (string)."""

    iso: pa.Array
    precision: pa.Array


def hl7_times(text: pa.Array, *, days: bool) -> Hl7Times:
    """Read times such as 20160126120030.1234-0500, 201601261200, 20160126, 201601 and 2016.

    Args:
        text: The texts.
        days: Whether days are wanted: then a month or a year alone is none.

    >>> hl7_times(pa.array(["201607-0500", "20160126120030.1234-0500"]), days=False).iso.to_pylist()
    ['2016-07-01T00:00:00-0500', '2016-01-26T12:00:30.1234-0500']
    """
    fits = pc.fill_null(pc.match_substring_regex(text, FORM), fill_value=False)
    found = pc.extract_regex(only_where(fits, text), FORM)
    written = {name: pc.struct_field(found, name) for name in (*PARTS, "fraction", "zone")}
    precision = pa.nulls(len(text), pa.string())
    for name in PARTS:
        precision = pc.if_else(pc.not_equal(written[name], ""), name, precision)
    year, *others = (pc.if_else(pc.equal(written[name], ""), LEAST.get(name, ""), written[name]) for name in PARTS)
    month, day, hour, minute, second = others
    date = pc.binary_join_element_wise(year, month, day, "-")
    time = pc.binary_join_element_wise(hour, minute, second, ":")
    moment = pc.binary_join_element_wise(date, time, "T")
    iso = pc.binary_join_element_wise(moment, written["fraction"], written["zone"], "")
    if days:
        iso = only_where(pc.not_equal(written["day"], ""), iso)
    return Hl7Times(iso, precision)
