"""The options of a rule and of a condition, as mapping.schema.json lets a mapping write them."""

from __future__ import annotations

from typing import TypedDict

ConditionOptions = TypedDict(
    "ConditionOptions",
    {
        "column": str,
        "in": list[str | int],
        "starts": list[str | int],
        "matches": str,  # a regular expression (RE2)
        "filled": bool,
        "reason": str | dict[str, str],  # of `skip:`; by language, or one text for all
    },
    total=False,
)


class BooleanOptions(TypedDict):
    """The texts that mean true, and those that mean false."""

    true: list[str | int]
    false: list[str | int]


RuleOptions = TypedDict(
    "RuleOptions",
    {
        # the subject: exactly one of these
        "column": str,
        "first": list[str],
        "join": list[str],
        "function": str,
        "constant": str | int | bool,
        # what goes with a subject
        "with": str,
        "columns": list[str],
        "when": ConditionOptions,
        "missing": list[str | int],
        "extract": str,
        "unmatched": str,
        "case": str,  # upper or lower
        "pad": int,  # digits
        # the verb: none or one of these
        "datetime": list[str],
        "date": list[str],
        "decimal": int,  # places
        "integer": bool,
        "unit": str,
        "currency": bool,
        "measure": str,
        "crosswalk": str,
        "region": bool,
        "boolean": BooleanOptions,
        "token": str,
        # what goes with a verb
        "tz": str,
        "serials": list[str],  # first and last day, YYYY-MM-DD
        "times": int | str,
        "thousands": str,
        "point": str,
        "places": int,
        "from": str,
        "from_column": str,
        "match": str,
        "within": str | int,
    },
    total=False,
)
