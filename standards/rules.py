"""Rules over several fields: how a schema writes them, and what the checks of validation/records/ are given.

`README.md` explains every kind.  What is written otherwise is refused when the standard is read: a rule that nobody
applies would admit wrong records without a word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

OPERATORS = ("<=", "<", ">=", ">", "==")
UNLIKE = "!="  # of two fields of one record only
LEVELS = ("error", "warning")
TESTS = ("in", "not_in", "starts", "given")
COMMON = frozenset({"id", "level", "message", "when"})


@dataclass(frozen=True)
class Form:
    """How a kind of rule is written: the pattern of its parts, and what it may be given beside them.

    A letter stands for a part: f a field or a list, i a field of items (`goods.hs_code`) or of a block, o an operator,
    u the operator !=, v a list of values, n a number or null, c the name of a CSV file.
    """

    parts: str
    options: frozenset[str] = frozenset()


FORMS = {
    "compare": Form("[fi][ou][fi]", frozenset({"slack_hours"})),
    "together": Form("[fi]{2,}"),
    "require": Form("[fi]+"),
    "forbid": Form("[fi]+"),
    "any_of": Form("[fi]{2,}"),
    "in": Form("[fi]v"),
    "not_in": Form("[fi]v"),
    "bounds": Form("[fi]nn"),
    "parent": Form("[fi]{2}"),
    "part": Form("[fi]nn[cfi]", frozenset({"on_day"})),
    "times": Form("[fi]{3}", frozenset({"tolerance"})),
    "grade": Form("c[fi]{2,}"),
    "unique": Form("i+"),
    "sum": Form("io[fi]", frozenset({"tolerance", "where"})),
    "count": Form("fo[fi]", frozenset({"where"})),
    "some": Form("iv?"),
    "every": Form("iv?"),
    "refers": Form("ii"),
    "against": Form("io[fi]"),
    "rising": Form("ii"),
}
OF_ITEMS = frozenset(
    {"unique", "sum", "count", "some", "every", "refers", "against", "rising"}
)  # about the items of a list

Value = str | bool | int


@dataclass(frozen=True)
class Condition:
    """What must be so for a rule to apply, or for an item to be counted.

    - in, not_in: the field is given and is, or is not, one of `values`
    - starts: the field is given and begins with one of `values`
    - given: the field is given; with `values` (False,) it is not

    With a `child`, `name` is a field of the items of that list, and the condition holds where some item fulfils it.
    """

    name: str
    test: str
    values: tuple[Value, ...]
    child: str = ""

    @property
    def wants_given(self) -> bool:
        """Whether it holds only where the field of the record itself is given."""
        return not self.child and (self.test, self.values) != ("given", (False,))


@dataclass(frozen=True)
class Rule:
    """A rule over several columns of one table; where a column it needs is null it holds.

    - compare: `fields` are left and right, of one type, `op` one of <= < >= > == !=; times may miss it by `slack_hours`
    - together: all of `fields` are given, or none
    - require: all of `fields` are given; forbid: none of them is; any_of: at least one is
    - in, not_in: the one field is, or is not, one of `values`
    - bounds: the one field lies between `low` and `high`, inclusive; None is endless
    - parent: `fields` are a code and a code that is one of its ancestors on the day of the event
    - part: the characters `low` to `high` of the one field, counted from 1, have ever been a code of `codelist`; with
      `on_day`, they are one on the day of the event; or they are the second of
      `fields`
    - times: the product of the first two of `fields` is the third, which it may miss by the share `tolerance`
    - grade: the first of `fields` is the grade that `thresholds` gives for the others on the day of the event

    Over a record and its children of the name `child`:

    - unique: no two children have the same values in `fields`
    - sum: `fields` are a field of the child, whose sum is compared by `op`, and one of the record; `tolerance` as above
    - count: the number of children is compared by `op` with the record's only field in `fields`
    - some: at least one child has one of `values` in its only field in `fields`, or, without values, has it given
    - every: each child has the only field in `fields` given, or, with `values`, has one of them
    - refers: what a child has in its only field in `fields`, some item of the list `other` has in the field `target`
    - against: the first of `fields`, of each child, is compared by `op` with the second, of the record
    - rising: in the order of the first of `fields` the second never falls from one child to the next

    `sum` and `count` take only the children that fulfil `where`; without any child a record has no sum and no count.
    A rule applies where all of `when` hold.
    """

    id: str
    level: str
    kind: str
    fields: tuple[str, ...]
    message: dict[str, str]
    op: str = ""
    slack_hours: int = 0
    child: str = ""
    tolerance: float = 0
    values: tuple[Value, ...] = ()
    low: float | None = None
    high: float | None = None
    thresholds: str = ""
    codelist: str = ""
    on_day: bool = False
    other: str = ""
    target: str = ""
    when: tuple[Condition, ...] = ()
    where: Condition | None = None

    @property
    def lists(self) -> frozenset[str]:
        """The lists whose items the rule looks at; none where it is about one table only."""
        return frozenset({self.child, self.other, *(each.child for each in self.when)} - {""})


def slips(rule: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the form of a rule as a schema writes it; nothing when `parsed` can read it."""
    kinds = [kind for kind in FORMS if kind in rule]
    if len(kinds) != 1:
        yield f"a rule has one kind of {', '.join(FORMS)}; this one has {', '.join(kinds) or 'none'}"
        return
    form = FORMS[kinds[0]]
    known = COMMON | form.options | {kinds[0]}
    for key in sorted(rule.keys() - known):
        near = get_close_matches(key, known, 1)
        yield key + (f" (did you mean {near[0]}?)" if near else f" (nothing reads it beside {kinds[0]})")
    if rule.get("level") not in LEVELS:
        yield f"level is one of {', '.join(LEVELS)}"
    if not isinstance(rule.get("id"), str) or set(rule.get("message", ())) != {"en", "zh"}:
        yield "a rule has an id, and a message in en and zh"
    if not re.fullmatch(form.parts, "".join(map(_letter, rule[kinds[0]]))):
        yield f"{kinds[0]}: {rule[kinds[0]]} is not of the form in standards/README.md"
    for each in [*conditions(rule), *([rule["where"]] if "where" in rule else [])]:
        if not is_condition(each):
            tests = "in [...], not_in [...], starts [...], given true or false"
            yield f"a condition has `field` or `some`, and one of {tests}: {each}"


def parsed(rule: Mapping[str, Any], prefix: str) -> Rule:
    """Return a rule that has no slips; `prefix` is what its block's property puts before the names of columns."""
    kind = next(name for name in FORMS if name in rule)
    parts: list[Any] = list(rule[kind])
    more: dict[str, Any] = {key: rule[key] for key in ("slack_hours", "tolerance", "on_day") if key in rule}
    if kind in {"compare", "sum", "count", "against"}:
        more["op"] = parts.pop(1)
    if kind in {"in", "not_in", "some", "every"} and isinstance(parts[-1], list):
        more["values"] = tuple(parts.pop())
    if kind == "part":
        parts, more["low"], more["high"] = [parts[0], parts[3]], parts[1], parts[2]
        if parts[1].endswith(".csv"):
            more["codelist"] = parts.pop().removesuffix(".csv")
    if kind == "bounds":
        more["high"], more["low"] = parts.pop(), parts.pop()
    if kind == "grade":
        more["thresholds"] = parts.pop(0).removesuffix(".csv")
    if kind == "refers":
        more["other"], _, target = parts.pop().partition(".")
        more["target"] = column(target)
    if kind in OF_ITEMS:
        more["child"] = child = parts[0].partition(".")[0]
        parts = [part.removeprefix(f"{child}.") for part in parts if part != child]
    if "where" in rule:
        more["where"] = condition(rule["where"], "")
    return Rule(
        prefix + rule["id"],
        rule["level"],
        kind,
        tuple(prefix + column(part) for part in parts),
        rule["message"],
        when=tuple(condition(each, prefix) for each in conditions(rule)),
        **more,
    )


def column(path: str) -> str:
    """Return the column of a path within a table.

    >>> column("product.hs_code")
    'product_hs_code'
    """
    return path.replace(".", "_")


def conditions(written: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the conditions that stand under `when`: none, one, or a list of them.

    >>> conditions({"when": {"field": "lon", "given": True}})
    [{'field': 'lon', 'given': True}]
    """
    when = written.get("when", [])
    return when if isinstance(when, list) else [when]


def condition(written: Mapping[str, Any], prefix: str) -> Condition:
    """Return a condition for which `is_condition` holds; `prefix` is as in `parsed`."""
    test = next(name for name in TESTS if name in written)
    values = written[test] if isinstance(written[test], list) else [written[test]]
    if "some" in written:
        child, _, name = written["some"].partition(".")
        return Condition(column(name), test, tuple(values), child)
    return Condition(prefix + column(written["field"]), test, tuple(values))


def is_condition(written: Any) -> bool:
    """Whether something is written as a condition: `field` or `some`, and one test.

    >>> is_condition({"field": "lon", "given": True}), is_condition({"field": "lon"})
    (True, False)
    """
    if not isinstance(written, dict):
        return False
    subject, tests = {"field", "some"} & written.keys(), set(TESTS) & written.keys()
    if len(subject) != 1 or len(tests) != 1 or written.keys() - subject - tests:
        return False
    if "some" in written and "." not in str(written["some"]):
        return False
    value = written[next(iter(tests))]
    return isinstance(value, bool) if tests == {"given"} else isinstance(value, list) and bool(value)


def _letter(part: Any) -> str:
    if isinstance(part, list):
        return "v"
    if part is None or isinstance(part, int | float):
        return "n"
    if part in {*OPERATORS, UNLIKE}:
        return "u" if part == UNLIKE else "o"
    return "c" if part.endswith(".csv") else "i" if "." in part else "f"
