"""Which of a field's rules fills it in which rows: the first one whose condition holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from mappings.engine.arrays import false

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mappings.engine.model.rule import Rule
    from mappings.engine.run.scope import Scope


def chosen(rules: Iterable[Rule], scope: Scope) -> Iterator[tuple[Rule, pa.Array | None]]:
    """Yield each rule with where it fills its field, None for everywhere."""
    left: dict[str, pa.Array] = {}
    for rule in rules:
        if rule.when is None and rule.name not in left:
            yield rule, None
            continue
        mine = left[rule.name] if rule.name in left else pc.invert(false(len(scope)))
        if rule.when is not None:
            mine = pc.and_(mine, scope.holds(rule.when))
        left[rule.name] = pc.and_not(left[rule.name], mine) if rule.name in left else pc.invert(mine)
        yield rule, mine
