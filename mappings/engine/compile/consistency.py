"""Checks between the parts of a mapping: no contradiction, no duplicate, no required part missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.zones import is_zone
from mappings.engine.compile.grammar import routes_of
from mappings.engine.compile.problems import nearest
from standards.access import is_open
from standards.derived_fields import DERIVED, HAZARD, is_derived

if TYPE_CHECKING:
    from mappings.engine.compile.yaml_document import Document, Key
    from mappings.engine.model.condition import Condition
    from mappings.engine.model.route import Route
    from mappings.engine.model.source import Source
    from standards import Field

OPEN = {"public", "internal"}  # what is `sensitive` or `personal` is not shown to everybody


def check_source(source: Source, document: Document) -> None:
    """Note every contradiction and omission of a source whose grammar is right."""
    _check_place(source, document)
    _check_order(source, document)
    for (key, _), route in zip(routes_of(document.data), source.routes, strict=True):
        _check_key(route, key, document)
        _check_required(route, key, document)
        _check_derived(route, key, document)
    _check_blank_key(source, document)
    _check_ignored(source, document)
    _check_named_columns(source, document)
    _check_personal(source, document)
    _check_closed(source, document)
    _check_crosswalks(source, document)
    rows = source.expect.get("rows", {})
    if rows.get("min", 0) > rows.get("max", rows.get("min", 0)):
        document.problem(("expect", "rows"), "min_over_max")
    if source.expect.get("zero") == "allowed" and source.mode == "snapshot":
        document.problem(("expect", "zero"), "zero_snapshot")
    zone = source.expect.get("tz")
    if zone is not None and not is_zone(zone):
        document.problem(("expect", "tz"), "unknown_zone", name=zone)


def _check_place(source: Source, document: Document) -> None:
    for key, folder in (("agency", source.folder.parent.name), ("feed", source.folder.name)):
        if getattr(source, key) != folder:
            document.problem((key,), "not_the_folder", name=getattr(source, key), folder=folder)


def _check_order(source: Source, document: Document) -> None:
    """Every route must have a condition but the last one, and rows that no route before it takes."""
    before: list[Condition] = []
    for at, route in enumerate(source.routes):
        key: Key = ("records", at)
        if "when" not in document.data.get("records", [{}])[at]:
            if at < len(source.routes) - 1:
                document.problem(key, "rest_not_last")
        elif route.when is not None:
            if route.when.never_after(before):
                document.problem((*key, "when"), "never_reached")
            before.append(route.when)


def _check_key(route: Route, key: Key, document: Document) -> None:
    mapped = {column for _, rule in route.all_rules() for column in rule.columns}
    for at, column in enumerate(route.key):
        if column not in mapped:
            document.problem((*key, "key", at), "key_not_mapped", name=column, hint=nearest(column, mapped))


def _check_blank_key(source: Source, document: Document) -> None:
    """Check that what may be blank is a part of every key, and not the whole of one."""
    for name in sorted(source.blank_key):
        if any(name not in route.key or set(route.key) <= source.blank_key for route in source.routes):
            document.problem(("blank_key",), "blank_key", name=name)


def _check_ignored(source: Source, document: Document) -> None:
    mapped = {column for _, rule in source.all_rules() for column in (*rule.columns, *rule.beside)}
    used = (
        mapped | set(source.key_columns) | source.lists
    )  # a column that only a condition reads may be ignored as well
    for name in source.ignore:
        branch = name.removesuffix("*")
        if name in used or (branch != name and any(column.startswith(branch) for column in used)):
            document.problem(("ignore", name), "mapped_and_ignored", name=name)


def _check_named_columns(source: Source, document: Document) -> None:
    known = {*source.read_columns, *source.ignore}
    declared = {key: document.data.get(key, ()) for key in ("personal", "not_personal")}
    for key, names in (*declared.items(), ("optional", source.optional)):
        for name in sorted(names):
            if name not in known:
                document.problem((key,), "unknown_column", name=name, hint=nearest(name, known))


def _check_personal(source: Source, document: Document) -> None:
    """No rule may copy a personal column as it stands into a field that is for everybody."""
    declared = set(document.data.get("personal", ()))
    for (key, _), route in zip(routes_of(document.data), source.routes, strict=True):
        for _, rule in route.all_rules():
            copied = sorted(declared & set(rule.columns))
            if copied and rule.verb == "text" and rule.subject != "function" and _for_everybody(rule.target):
                document.problem(key, "personal_in_clear", name=copied[0], field=rule.path)


def _check_closed(source: Source, document: Document) -> None:
    """No rule may copy a column into a field that analysts read, if another copies it into one that is closed to them.

    The address of a place may be open where that of a party is closed: the standard says so for each.  A part of an
    address, and what `extract` takes out of a text, are not what is closed.
    """
    for (key, _), route in zip(routes_of(document.data), source.routes, strict=True):
        copies = [
            rule
            for _, rule in route.all_rules()
            if rule.verb == "text"
            and rule.target.codelist is None
            and rule.subject in {"column", "first", "join"}
            and "extract" not in rule.options
        ]
        closed = {
            column: rule.path
            for rule in copies
            if rule.subject == "column" and not is_open(route.record_type, rule.target)
            for column in rule.columns
        }
        for rule in copies:
            for column in sorted(closed.keys() & set(rule.columns)):
                if is_open(route.record_type, rule.target) and rule.path != closed[column]:
                    document.problem(key, "closed_in_open", name=column, closed=closed[column], field=rule.path)


def _for_everybody(field: Field) -> bool:
    """Whether a field has free text, and analysts see it."""
    return field.codelist is None and field.sensitivity in OPEN


def _check_required(route: Route, key: Key, document: Document) -> None:
    """Every required field of the record, and of each child that is mapped at all, must have a rule."""
    filled = {rule.name for rule in route.rules}
    for name, each in route.record_type.tables[""].fields.items():
        if each.required and name not in filled:
            document.problem((*key, "fields"), "required_field", name=each.path)
    for child, blocks in route.children.items():
        needed = {name: each.path for name, each in route.record_type.tables[child].fields.items() if each.required}
        for rules in (rules for block in blocks for rules in block.items):
            for name in sorted(needed.keys() - {rule.name for rule in rules}):
                document.problem((*key, "children", child), "required_field", name=f"{child}.{needed[name]}")


def _check_derived(route: Route, key: Key, document: Document) -> None:
    """No rule may fill what the hub takes from the list of hazards."""
    for rule in route.rules:
        if is_derived(route.record_type.tables[""], rule.name):
            cure = f"{HAZARD}.0.{DERIVED[rule.name]}"
            document.problem((*key, "fields", rule.path), "derived_field", name=rule.path, cure=cure)


def _check_crosswalks(source: Source, document: Document) -> None:
    for path in sorted((source.folder / "crosswalks" / "todo").glob("*.csv")):
        document.problems.add(f"crosswalks/todo/{path.name}", 0, "", "words_left")
    used = {rule.options["crosswalk"] for _, rule in source.all_rules() if rule.verb == "crosswalk"}
    if document.problems.found:
        return  # a rule that was not bound may be the one that uses it
    for path in sorted((source.folder / "crosswalks").glob("*.csv")):
        if path.stem not in used:
            document.problems.add(f"crosswalks/{path.name}", 0, "", "crosswalk_unused")
