"""How a cell came about, in words: the columns it was read from and the verbs it went through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.settings import settings
from hub.text import say
from mappings.engine.route import unnumbered

if TYPE_CHECKING:
    from mappings.engine.route import Route
    from mappings.engine.rule import Rule

MODIFIERS = ("missing", "extract", "case")


def explain(route: Route, field: str, language: str | None = None) -> list[tuple[str, str]]:
    """Return (column, verbs in words) for each of the sender's columns behind a field; [] when it is not mapped.

    `field` is a full path (`product.name`, `goods.0.hs_code`) or a column of the record's table (`product_name`).

    A field that is filled with a constant has one pair, with "" for its column.
    """
    rules = dict(reversed(list(route.all_rules())))
    rule = (
        rules.get(field)
        or rules.get(unnumbered(field))
        or next((each for each in route.rules if each.name == field), None)
    )
    if rule is None:
        return []
    words = ", ".join(_words(rule, language or settings().language))
    return [(column, words) for column in dict.fromkeys(rule.columns)] or [("", words)]


def _words(rule: Rule, language: str) -> list[str]:
    found = []
    options = {key: _plain(value) for key, value in rule.options.items()}
    if rule.subject != "column":
        found.append(say(f"verb.{rule.subject}", language, **{"with": "", **options}))
    found += [say(f"verb.{name}", language, **options) for name in MODIFIERS if name in options]
    if rule.verb != "text":
        found.append(say(f"verb.{rule.verb}", language, **{"tz": "UTC", "within": "", **options}))
    if "times" in options:
        found.append(say("verb.times", language, **options))
    return found or [say("verb.text", language)]


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_plain(each)}" for key, each in value.items())
    return ", ".join(str(each) for each in value) if isinstance(value, list) else str(value)
