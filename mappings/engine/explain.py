"""The origin of a cell, as text: the columns it was read from and the verbs it went through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.i18n import say
from hub.settings import settings
from mappings.engine.model.route import unnumbered

if TYPE_CHECKING:
    from mappings.engine.model.route import Route
    from mappings.engine.model.rule import Rule

MODIFIERS = ("missing", "extract", "case", "pad")


def explain(route: Route, field: str, language: str | None = None) -> list[tuple[str, str]]:
    """Return (column, text of the verbs) for each of the sender's columns behind a field; [] when it is not mapped.

    `field` is a full path (`product.name`, `goods.0.hs_code`) or a column of the record's table (`product_name`).

    A field that is filled with a constant has one pair, with "" for its column; one with several rules those of each.
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
        found.append(say(f"verb.{rule.subject}", language, **{"with": "", **options}))
    found += [say(f"verb.{name}", language, **options) for name in MODIFIERS if name in options]
    if rule.verb != "text":
        found.append(say(f"verb.{rule.verb}", language, **{"tz": "UTC", "within": "", **options}))
    for name in ("times", "match"):
        if name in options:
            found.append(say(f"verb.{name}", language, **options))
    if "when" in options:
        found.append(say("verb.when", language, **options))
    return found or [say("verb.text", language)]


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_plain(each)}" for key, each in value.items())
    return ", ".join(str(each) for each in value) if isinstance(value, list) else str(value)
