"""The options of a rule and of a condition, as mapping.schema.json lets a mapping write them."""

from __future__ import annotations

from typing import Required, TypeAlias, TypedDict

ConditionOptions = TypedDict(
    "ConditionOptions",
    {
        "column": str,
        "in": list[str | int],
        "starts": list[str | int],
        "matches": str,  # a regular expression (RE2)
        "lacks": list[str | int],
        "filled": bool,
        "reason": str | dict[str, str],  # of `skip:`; by language, or one text for all
    },
    total=False,
)


class BooleanOptions(TypedDict):
    """The texts that mean true, and those that mean false."""

    true: list[str | int]
    false: list[str | int]


class ItemOptions(TypedDict, total=False):
    """`item:` of a rule: the member of a list's item that gives the value."""

    each: Required[str]  # the list
    of: str | list[str]  # the lists whose items have it, the outermost first
    column: Required[str]
    when: ConditionOptions
    order: list[str | int]  # the value that stands first in it is taken


RuleOptions = TypedDict(
    "RuleOptions",
    {
        # the subject: exactly one of these
        "column": str,
        "first": list[str],
        "join": list[str],
        "function": str,
        "constant": str | int | bool,
        "item": ItemOptions,
        # what goes with a subject
        "with": str,
        "widths": list[int],  # digits, one number for each of `join`
        "columns": list[str],
        "when": ConditionOptions,
        "missing": list[str | int],
        "extract": str,
        "unmatched": str,
        "case": str,  # upper or lower
        "pad": int,  # digits
        "prefix": str,
        "document_no": bool | str,  # true, or court
        "beside": list[str],
        "added": bool,
        # the verb: none or one of these
        "datetime": list[str],
        "date": list[str],
        "decimal": int,  # places
        "integer": bool,
        "unit": str,
        "currency": bool,
        "chinese_amount": bool,
        "measure": str,
        "not_detected": list[str | int],
        "crosswalk": str,
        "named": str,  # a list of the standard
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

# `from` is no name that a class body could hold: the first number, 1 unless it is written.
RepeatOptions = TypedDict("RepeatOptions", {"from": int, "to": Required[int], "needed": int}, total=False)


class SplitOptions(TypedDict, total=False):
    """`split:` of a block: the texts of columns that hold several items."""

    columns: Required[list[str]]
    items: Required[list[str | int]]  # separators of items
    parts: str  # separator of the parts of an item
    names: list[str]  # of the parts
    lenient: bool


# The rules of one field: a column, a rule, or several of which the first that holds is taken.
FieldRules: TypeAlias = str | RuleOptions | list[str | RuleOptions]


class BlockOptions(TypedDict, total=False):
    """A block of `children:`: its fields by path."""

    fields: Required[dict[str, FieldRules]]
    when: ConditionOptions
    each: str | list[str]  # list columns
    of: str | list[str]  # the lists whose items have it, the outermost first
    split: SplitOptions
    repeat: RepeatOptions


class RouteOptions(TypedDict, total=False):
    """One of `records:`, or the part of the mapping that stands for the only one."""

    record_type: Required[str]
    key: Required[list[str]]
    fields: Required[dict[str, FieldRules]]
    when: ConditionOptions
    children: dict[str, BlockOptions | list[BlockOptions]]
