"""`repeat:`: one set of rules for columns that only differ in a number, such as goods_1_name and goods_2_name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mappings.engine.document import Document, Key

SIGNS = {"{n}": "{}", "{nn}": "{:02d}"}
NUMBERED = {"column", "first", "join", "columns", "from_column", "constant", "when"}  # keys of a rule that name columns


def repeated(block: dict[str, Any], key: Key, document: Document) -> list[dict[str, Any]]:
    """Return the rules of each item of a block, once for a block that does not repeat."""
    fields = block["fields"]
    if "repeat" not in block:
        return [fields]
    numbers, needed = _numbers(block["repeat"])
    if not numbers or needed not in numbers:
        first, last = block["repeat"].get("from", 1), block["repeat"]["to"]
        document.problem((*key, "repeat"), "repeat_order", first=first, last=last, needed=needed)
        return [fields]
    if not any(sign in name for name in _columns(fields) for sign in SIGNS):
        document.problem((*key, "repeat"), "repeat_without_n", sign="{n}")
    return [_numbered(fields, number) for number in numbers]


def optional_columns(block: Any) -> Iterator[str]:
    """Yield the columns of a block that a delivery may lack: those beyond the number that is needed."""
    if not isinstance(block, dict) or "repeat" not in block:
        return
    numbers, needed = _numbers(block["repeat"])
    always = set(_columns(block["fields"]))
    for number in numbers:
        if number > needed:
            yield from (name for name in _columns(_numbered(block["fields"], number)) if name not in always)


def _numbers(repeat: dict[str, int]) -> tuple[range, int]:
    last = repeat["to"]
    return range(repeat.get("from", 1), last + 1), repeat.get("needed", last)


def _columns(fields: dict[str, Any]) -> Iterator[str]:
    """Yield the columns that rules name."""
    for written in fields.values():
        for rule in written if isinstance(written, list) else [written]:
            if isinstance(rule, str):
                yield rule
                continue
            for key in ("column", "from_column"):
                yield from (rule[key],) if key in rule else ()
            for key in ("first", "join", "columns"):
                yield from rule.get(key, ())
            yield from (rule["when"]["column"],) if "when" in rule else ()


def _numbered(fields: dict[str, Any], number: int) -> dict[str, Any]:
    return {path: _put(rule, number) for path, rule in fields.items()}


def _put(rule: Any, number: int) -> Any:
    """Return a rule with the number in the names of its columns, and nowhere else."""
    if isinstance(rule, str):
        for sign, form in SIGNS.items():
            rule = rule.replace(sign, form.format(number))
        return rule
    if isinstance(rule, list):
        return [_put(each, number) for each in rule]
    if isinstance(rule, dict):
        return {key: _put(value, number) if key in NUMBERED else value for key, value in rule.items()}
    return rule
