"""Which fields a rule is about, and what they are called: for pages, templates and findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from standards.rules import Rule
    from standards.schema import RecordType

OF_RECORD_LAST = frozenset({"sum", "count", "against"})  # kinds whose last field is one of the record
LACKING = frozenset({"require", "together", "any_of", "some", "every"})  # kinds that ask for something to be filled


class OwnRule(NamedTuple):
    """A rule of a record type; `child` is the list to whose items alone it applies, "" for the others."""

    child: str
    rule: Rule


class RuleField(NamedTuple):
    """A field that a rule names: a column of the record, or of the list `child`; without a name the list itself."""

    child: str
    name: str


def rules_of(record_type: RecordType) -> list[OwnRule]:
    """Return all rules of a record type: those of its tables, then those over several of them."""
    own = [OwnRule(child, rule) for child, table in record_type.tables.items() for rule in table.rules]
    return [*own, *(OwnRule("", rule) for rule in record_type.across)]


def fields_of(each: OwnRule) -> list[RuleField]:
    """Return the fields that a rule is about, each once: those that it compares, then those of its conditions."""
    rule = each.rule
    found = judged_fields(each)
    found += [RuleField(rule.other, rule.target)] if rule.other else []
    found += [RuleField(one.child or each.child, one.name) for one in rule.when]
    found += [RuleField(rule.child, rule.where.name)] if rule.where else []
    if rule.child and not any(one.child == rule.child for one in found):
        found.insert(0, RuleField(rule.child, ""))
    return list(dict.fromkeys(found))


def judged_fields(each: OwnRule) -> list[RuleField]:
    """Return the fields that a rule compares or asks for, without those of its conditions."""
    rule, last = each.rule, len(each.rule.fields) - 1
    return [
        RuleField("" if rule.kind in OF_RECORD_LAST and at == last else rule.child or each.child, name)
        for at, name in enumerate(rule.fields)
    ]


def wants_filled(rule: Rule) -> bool:
    """Whether a rule that is broken misses something: an empty cell contradicts nothing."""
    return rule.kind in LACKING and not (rule.kind == "every" and rule.values)


def path_of(record_type: RecordType, about: RuleField) -> str:
    """Return the path of a field, `goods.*.hs_code` for one of items; of a list its name."""
    if not about.name:
        return about.child
    path = record_type.tables[about.child].fields[about.name].path
    return f"{about.child}.*.{path}" if about.child else path


def label_of(record_type: RecordType, about: RuleField, language: str) -> str:
    """Return the label of a field, behind that of its list where it has one; of a list its own."""
    table = record_type.tables[about.child]
    if not about.name:
        return table.label[language]
    label = table.fields[about.name].label[language]
    return f"{table.label[language]} {label}" if about.child else label


def labels_of(record_type: RecordType, each: OwnRule, language: str) -> list[str]:
    """Return the labels of the fields that a rule is about, each once."""
    return list(dict.fromkeys(label_of(record_type, one, language) for one in fields_of(each)))
