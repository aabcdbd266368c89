"""From a proposal to the lines of a mapping: the verb that its values need, as YAML in one line."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import pyarrow as pa
import yaml

from hub.zones import CHINA
from mappings.draft.naming import symbol_in
from mappings.engine.text.repair import half_width
from mappings.engine.verbs.units import as_decimal
from mappings.suggest import texts_of
from standards import standard
from standards.units import unit_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mappings.draft.column_profile import Column
    from mappings.draft.proposing import Proposal
    from standards import Field

HAN = re.compile("[\u4e00-\u9fff]")


class Flow(str):
    """YAML that is written as it is."""

    __slots__ = ()


def scalar(value: object) -> str:
    """Return a value as YAML in one line, quoted where it has to be, and never with a line break in it."""
    if isinstance(value, Flow):
        return str(value)
    plain = not isinstance(value, str) or value.isprintable()
    style = None if plain else '"'  # the only one that can write every character, and in one line
    # as an item of a list: what stands between braces must not have a bare comma or bracket in it
    written: str = yaml.safe_dump(
        [value], allow_unicode=plain, default_flow_style=True, default_style=style, width=10**9
    )
    return written.strip()[1:-1]


def flow(pairs: Mapping[str, object]) -> Flow:
    """Return a mapping in braces."""
    return Flow("{" + ", ".join(f"{key}: {scalar(value)}" for key, value in pairs.items()) + "}")


def rule(proposal: Proposal, path: str, target: Field, crosswalks: dict[str, dict[str, str]]) -> str:
    """Return the rule, as YAML, that reads the proposal's column into a field.

    Args:
        proposal: The column, and what its values look like.
        path: The full path of the field.
        target: The field.
        crosswalks: Gets the crosswalk that the rule needs: value to code, `TODO` where a person has to decide.
    """
    column = proposal.column
    options: dict[str, object] = {"column": column.name}
    if pa.types.is_timestamp(target.arrow):
        options |= {"datetime": _forms(column), "tz": CHINA if HAN.search(column.name) else "TODO zone"}
    elif pa.types.is_date(target.arrow):
        options |= {"date": _forms(column)}
    elif pa.types.is_boolean(target.arrow):
        yes, no = column.yes_no or ("TODO", "TODO")
        options["boolean"] = Flow(f"{{true: [{scalar(yes)}], false: [{scalar(no)}]}}")
    elif pa.types.is_decimal(target.arrow):
        options["decimal"] = target.arrow.scale  # all that the field holds: a sample does not show the finest value
    elif pa.types.is_integer(target.arrow):
        options["integer"] = True
    elif target.codelist == "region":
        options["region"] = True
    elif target.codelist and not _are_codes(column, target.codelist):
        options["crosswalk"] = _crosswalk(column, target.codelist, path, crosswalks)
    else:
        return scalar(column.name)
    if target.unit and (pa.types.is_decimal(target.arrow) or pa.types.is_integer(target.arrow)):
        options |= _times(column.name, target.unit)
    return flow(options)


def _forms(column: Column) -> list[str] | str:
    if column.when.rivals:
        return f"TODO {' or '.join(column.when.rivals)}: no value of the sample tells which"
    return list(column.dates) or "TODO"


def _times(name: str, unit: str) -> dict[str, str]:
    """Return the factor to the field's unit when the column's name has another one in brackets."""
    symbol = symbol_in(name)
    if symbol is None:
        return {}
    one, other = unit_of(symbol), unit_of(unit)
    factor = one.in_terms_of(other) if one and other else None
    times = as_decimal(factor) if factor else None
    if times is None:
        return {"times": f"TODO its unit is said to be {symbol}, the field's is {unit}"}
    return {} if times == 1 else {"times": Flow(f"{times:f}")}


def _are_codes(column: Column, codelist: str) -> bool:
    codes = set(standard().codelists[codelist].codes.to_pylist())
    return bool(column.values) and sum(value in codes for value in column.values) >= len(column.values) / 2


def _crosswalk(column: Column, codelist: str, path: str, crosswalks: dict[str, dict[str, str]]) -> str:
    name = re.sub(r"[^a-z0-9_]", "", path.rpartition(".")[2].removesuffix("_code")) or "codes"
    while name in crosswalks and set(crosswalks[name]) != set(column.values):
        name += "_2"
    codes = _codes_by_text(codelist)
    crosswalks[name] = {
        each: codes.get(half_width(each).casefold().replace("_", " "), "TODO") for each in column.values
    }
    return name


@cache
def _codes_by_text(codelist: str) -> dict[str, str]:
    """Return the code of each text that stands for one, and for one only: a draft takes nothing less than that."""
    found: dict[str, set[str]] = {}
    for text, code in texts_of(codelist):
        found.setdefault(half_width(text).casefold().replace("_", " "), set()).add(code)
    return {text: next(iter(codes)) for text, codes in found.items() if len(codes) == 1}
