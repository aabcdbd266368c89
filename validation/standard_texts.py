"""What the standard calls fields, lists and rules in the sentences of findings.

Record types differ about the label of a field and the sentence of a rule: whoever knows the types of a delivery names
them, and gets their words.  Where they are not known, only what all types agree on is said.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from hub.i18n import say
from standards import standard
from standards.rule_fields import OwnRule, fields_of, judged_fields, label_of, path_of, rules_of, wants_filled

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from standards import Field, RecordType

POSITION = re.compile(r"[.]\d+[.]")  # of an item, in the path of its field
FEW = 5  # codes that a sentence names


class FieldOfType(NamedTuple):
    """A field of one record type, or, without a field, one of its lists."""

    record_type: str
    label: dict[str, str]
    field: Field | None


class RuleOfType(NamedTuple):
    """A rule of one record type."""

    record_type: RecordType
    own: OwnRule

    def is_about(self, path: str) -> bool:
        """Whether the field of this path, such as `goods.*.hs_code`, or an item of this list is one of the rule's."""
        paths = [path_of(self.record_type, each) for each in fields_of(self.own)]
        return any(each == path or each.startswith(f"{path}.*.") for each in paths)


class LackingTexts(NamedTuple):
    """Title and cure of a finding about something that a rule asks for and that is not there."""

    title: str
    cure: str


def label_of_field(path: str, language: str, types: Collection[str] = ()) -> str:
    """Return the label of a field or list by its path, such as `goods.0.hs_code`.

    Args:
        path: Of the field.
        language: "en" or "zh".
        types: The record types that may be meant; labels that differ among them are all named.  None: not known, and
            the label is "" where types differ about it.
    """
    labels = list(dict.fromkeys(each.label[language] for each in _fields_at(path, types)))
    return " / ".join(labels) if types or len(labels) == 1 else ""


def examples_of_field(path: str, types: Collection[str] = ()) -> tuple[object, ...]:
    """Return what the standard gives as examples of a field."""
    fields = (each.field for each in _fields_at(path, types))
    return next((each.examples for each in fields if each and each.examples), ())


def rule_message(rule_id: str, language: str, types: Collection[str] = (), path: str = "") -> str:
    """Return the message of a broken rule; the id itself when it is unknown, "" where it may be one of several.

    Args:
        rule_id: The id, which rules of several record types may have.
        language: "en" or "zh".
        types: The record types that may be meant; none where they are not known.
        path: The field that the finding is about.
    """
    messages = {each.own.rule.message[language] for each in _rules_named(rule_id, types, path)}
    return messages.pop() if len(messages) == 1 else "" if messages else rule_id


def lacking_texts(
    rule_id: str, language: str, level: str, types: Collection[str] = (), path: str = ""
) -> LackingTexts | None:
    """Return the words for a rule that asks for something to be filled; None for other rules, or where types differ.

    Args:
        rule_id: The id of the rule.
        language: "en" or "zh".
        level: error or warning.
        types: As for `rule_message`.
        path: As for `rule_message`.
    """
    found = _rules_named(rule_id, types, path)
    wanted = {(each.own.rule.kind, _wanted(each, language)) for each in found if wants_filled(each.own.rule)}
    if len(wanted) != 1 or not all(wants_filled(each.own.rule) for each in found):
        return None
    kind, fields = wanted.pop()
    form = "one" if kind == "any_of" else "all"
    return LackingTexts(
        say("finding.lacking.title", language), say(f"finding.lacking.{level}.{form}", language, fields=fields)
    )


def _wanted(each: RuleOfType, language: str) -> str:
    labels = [label_of(each.record_type, one, language) for one in judged_fields(each.own)]
    if each.own.rule.kind == "some" and each.own.rule.values:
        (about,) = judged_fields(each.own)
        field = each.record_type.tables[about.child].fields[about.name]
        labels = [f"{labels[0]} ({_codes(field, language, each.own.rule.values)})"]
    return say("finding.and", language).join(labels)


def _codes(field: Field, language: str, among: Collection[object]) -> str:
    """Return codes of a field with their labels, as many as a sentence can hold."""
    if field.codelist is None:
        return ", ".join(map(str, among))
    table = standard().codelists[field.codelist].table
    labels = dict(zip(table["code"].to_pylist(), table[f"label_{language}"].to_pylist(), strict=True))
    return " · ".join(f"{code} {labels.get(code) or ''}".strip() for code in [*map(str, among)][:FEW])


def _fields_at(path: str, types: Collection[str]) -> list[FieldOfType]:
    every = _fields().get(POSITION.sub(".*.", path), [])
    return [each for each in every if not types or each.record_type in types]


@cache
def _fields() -> dict[str, list[FieldOfType]]:
    found: dict[str, list[FieldOfType]] = {}
    for name, record_type in standard().types.items():
        for child, table in record_type.tables.items():
            if child:
                found.setdefault(child, []).append(FieldOfType(name, table.label, None))
            for field in table.fields.values():
                path = f"{child}.*.{field.path}" if child else field.path
                found.setdefault(path, []).append(FieldOfType(name, field.label, field))
    return found


def _rules_named(rule_id: str, types: Collection[str], path: str) -> list[RuleOfType]:
    """Return the rules that may be meant: of these types, and of these the ones about the field, where there are."""
    every = _rules().get(rule_id, [])
    found = [each for each in every if each.record_type.name in types] or every
    at = POSITION.sub(".*.", path)
    return [each for each in found if at and each.is_about(at)] or found


@cache
def _rules() -> dict[str, list[RuleOfType]]:
    found: dict[str, list[RuleOfType]] = {}
    for each in _every_rule():
        found.setdefault(each.own.rule.id, []).append(each)
    return found


def _every_rule() -> Iterator[RuleOfType]:
    for record_type in standard().types.values():
        yield from (RuleOfType(record_type, own) for own in rules_of(record_type))
