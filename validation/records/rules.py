"""Rules over several fields of one table, as the standard's `rules` state them; cross_table.py has those over children.

BROKEN_RULE or UNLIKELY_VALUES by the rule's level; `expected` is the rule's id, which a receipt shows as its message.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Callable

    from standards import CodeList, Field, Rule
    from validation.records.kernels import Bounds
    from validation.records.table_check import TableCheck

CODES = {"error": "BROKEN_RULE", "warning": "UNLIKELY_VALUES"}
COMPARE = {"<=": pc.less_equal, "<": pc.less, ">=": pc.greater_equal, ">": pc.greater, "==": pc.equal}
HOUR = 3_600_000_000  # microseconds


def holds(rule: Rule, fields: dict[str, Field], codes: CodeList | None) -> Callable[[TableCheck, Bounds], None]:
    """Return the check of one rule; `codes` is the code list of a `parent` rule's first field."""
    about = fields[rule.fields[0]]

    def check(judged: TableCheck, _: Bounds) -> None:
        columns = [judged.column(name) for name in rule.fields]
        judged.blame(CODES[rule.level], broken(rule, columns, codes), about, rule.id)

    return check


def broken(rule: Rule, columns: list[pa.Array], codes: CodeList | None) -> pa.Array:
    """Return where a rule does not hold, over the columns that it names."""
    given = [pc.is_valid(column) for column in columns]
    match rule.kind:
        case "compare":
            return pc.fill_null(pc.invert(COMPARE[rule.op](_slack(rule, columns[0]), columns[1])), fill_value=False)
        case "together":
            return pc.and_(_any(given), pc.invert(_all(given)))
        case "requires":
            return pc.and_(given[0], pc.invert(_all(given[1:])))
        case "any_of":
            return pc.invert(_any(given))
        case "times":
            product = pc.multiply(wide(columns[0]), wide(columns[1]))
            return pc.fill_null(missed(product, "==", wide(columns[2]), rule.tolerance), fill_value=False)
        case "parent":
            parents = codes.parents(columns[0]) if codes is not None else columns[1]
            return pc.fill_null(pc.not_equal(parents, columns[1]), fill_value=False)
        case other:
            raise ValueError(f"no such kind of rule: {other}")


def wide(values: pa.Array) -> pa.Array:
    """Return numbers as decimals with room for what is computed of them."""
    return pc.cast(values, pa.decimal256(20, values.type.scale if pa.types.is_decimal(values.type) else 0))


def missed(found: pa.Array, op: str, declared: pa.Array, tolerance: float) -> pa.Array:
    """Return where `found` is not what is `declared`, by more than the share `tolerance` of it; null where one is."""
    slack = pc.multiply(pc.abs(declared), pa.scalar(Decimal(str(tolerance)), pa.decimal256(6, 4)))
    below, above = pc.subtract(declared, slack), pc.add(declared, slack)
    if op == "==":
        return pc.or_(pc.less(found, below), pc.greater(found, above))
    return pc.invert(COMPARE[op](found, above if op.startswith("<") else below))


def _slack(rule: Rule, left: pa.Array) -> pa.Array:
    """Return the left side moved in its own favour by the rule's slack."""
    if not rule.slack_hours:
        return left
    sign = 1 if rule.op.startswith(">") else -1
    return pc.add(left, pa.scalar(sign * rule.slack_hours * HOUR, pa.duration("us")))


def _all(masks: list[pa.Array]) -> pa.Array:
    found = masks[0]
    for mask in masks[1:]:
        found = pc.and_(found, mask)
    return found


def _any(masks: list[pa.Array]) -> pa.Array:
    found = masks[0]
    for mask in masks[1:]:
        found = pc.or_(found, mask)
    return found
