"""The origin of a cell, as text: the columns it was read from and the verbs it went through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.i18n import has, say
from hub.settings import settings
from mappings.engine.model.route import unnumbered

if TYPE_CHECKING:
    from mappings.engine.model.route import Route
    from mappings.engine.model.rule import Rule

MODIFIERS = ("missing", "extract", "case", "pad", "prefix", "document_no")


def explain(route: Route, field: str, language: str | None = None) -> list[tuple[str, str]]:
    """Return what happened to the cells behind a field, for `riskhub trace`.

    Args:
        route: The route of the record.
        field: A full path (`product.name`, `goods.0.hs_code`) or a column of the record's table (`product_name`).
        language: "en" or "zh"; None: that of the settings.

    Returns:
        The sender's column and the text of its verbs, for each column of each rule of the field; "" is the column of a
        constant.  It is [] when the field is not mapped.
    """
    rules: dict[str, list[Rule]] = {}
    for path, rule in route.all_rules():
        rules.setdefault(path, []).append(rule)
    found: dict[tuple[str, str], None] = {}
    for rule in (
        rules.get(field) or rules.get(unnumbered(field)) or [each for each in route.rules if each.name == field]
    ):
        verbs = ", ".join(_verb_texts(rule, language or settings().language))
        found |= dict.fromkeys((column, verbs) for column in rule.columns or ("",))
    return list(found)


def _verb_texts(rule: Rule, language: str) -> list[str]:
    found = []
    options = {key: _plain(value) for key, value in rule.options.items()}
    if rule.subject != "column":
        found.append(_text(rule.subject, language, {"with": "", **options}))
    found += [_text(name, language, options) for name in MODIFIERS if name in options]
    if rule.verb != "text":
        found.append(_text(rule.verb, language, {"tz": "UTC", **options}))
    found += [
        _text(name, language, options) for name in ("beside", "added", "times", "match", "when") if name in options
    ]
    return found or [say("verb.text", language)]


def _text(name: str, language: str, options: dict[str, str]) -> str:
    """Return the text of a verb or option; where the catalogue has none, its name and what the mapping writes there."""
    key = f"verb.{name}"
    return say(key, language, **options) if has(key) else f"{name}: {options[name]}"


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_plain(each)}" for key, each in value.items())
    return ", ".join(str(each) for each in value) if isinstance(value, list) else str(value)
