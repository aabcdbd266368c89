"""`repeat:`: one set of rules for columns that only differ in a number, such as goods_1_name and goods_2_name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mappings.engine.compile.yaml_document import Document, Key
    from mappings.engine.model.options import BlockOptions, RepeatOptions

SIGNS = {"{n}": "{}", "{nn}": "{:02d}"}
NUMBERED = {"column", "first", "join", "columns", "from_column", "constant", "when"}  # keys of a rule that name columns


def repeated(block: BlockOptions, key: Key, document: Document) -> list[BlockOptions]:
    """Return the fields and the condition of each item of a block: the block itself when it does not repeat."""
    if "repeat" not in block:
        return [block]
    numbers, needed = _numbers(block["repeat"])
    if not numbers or not numbers[0] - 1 <= needed <= numbers[-1]:
        first, last = block["repeat"].get("from", 1), block["repeat"]["to"]
        document.problem((*key, "repeat"), "repeat_order", first=first, last=last, needed=needed)
        return [block]
    if not any(sign in name for name in _columns(block) for sign in SIGNS):
        document.problem((*key, "repeat"), "repeat_without_n", sign="{n}")
    return [_numbered(block, number) for number in numbers]


def optional_columns(block: Any) -> Iterator[str]:
    """Yield the columns of a block that a delivery may lack: those beyond the number that is needed (0: all).

    Numbers may begin with 0, and `needed: 0` asks for none of them then, too.
    """
    if not isinstance(block, dict) or "repeat" not in block:
        return
    written = cast("BlockOptions", block)
    numbers, needed = _numbers(written["repeat"])
    always = set(_columns(written))
    for number in numbers:
        if number > needed or not needed:
            yield from (name for name in _columns(_numbered(written, number)) if name not in always)


def _numbers(repeat: RepeatOptions) -> tuple[range, int]:
    last = repeat["to"]
    return range(repeat.get("from", 1), last + 1), repeat.get("needed", last)


def _columns(block: BlockOptions) -> Iterator[str]:
    """Yield the columns that the condition and the rules of a block name."""
    yield from (block["when"]["column"],) if "when" in block else ()
    for written in block["fields"].values():
        for rule in written if isinstance(written, list) else [written]:
            if isinstance(rule, str):
                yield rule
                continue
            yield from (rule[key] for key in ("column", "from_column") if key in rule)
            yield from (*rule.get("first", ()), *rule.get("join", ()), *rule.get("columns", ()))
            yield from (rule["when"]["column"],) if "when" in rule else ()


def _numbered(block: BlockOptions, number: int) -> BlockOptions:
    fields = {path: _put(rule, number) for path, rule in block["fields"].items()}
    numbered: BlockOptions = {"fields": fields}
    if "when" in block:
        numbered["when"] = _put(block["when"], number)
    return numbered


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
