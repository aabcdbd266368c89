"""Check digits, by python-stdnum: each distinct value is tested once."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = {"cn.uscc": "GB 32100", "cn.ric": "GB 11643", "ean": "GTIN", "casrn": "CAS"}


def wrong_identifiers(values: pa.Array, identifier: str) -> pa.Array:
    """Return where a value is not a valid identifier of the kind that the schema's `identifier` names."""
    encoded = pc.dictionary_encode(values)
    valid = checker(identifier)
    verdicts = pa.array([not valid(each) for each in encoded.dictionary.to_pylist()], pa.bool_())
    return verdicts.take(encoded.indices)


@cache
def checker(identifier: str) -> Callable[[str], bool]:
    """Return the function that tells a valid identifier: compact form, no blanks, ASCII only."""
    module = import_module(f"stdnum.{identifier}")

    def valid(value: str) -> bool:
        return value.isascii() and bool(module.is_valid(value)) and module.compact(value) == value

    return valid
