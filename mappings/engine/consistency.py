"""What must hold between the parts of a mapping: nothing said twice, nothing needed left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mappings.engine.problems import nearest

if TYPE_CHECKING:
    from mappings.engine.document import Document
    from mappings.engine.source import Source

LANGUAGES = ("zh", "en")


def check_agency(document: Document) -> None:
    """Note what is wrong with agency.yml: `{name: {zh, en}, language: zh|en}`."""
    data = document.data
    if data is None:
        return
    if not isinstance(data, dict) or set(data) != {"name", "language"}:
        document.problem((), "agency_keys", known="name, language")
        return
    if not isinstance(data["name"], dict) or set(data["name"]) != set(LANGUAGES):
        document.problem(("name",), "agency_keys", known=", ".join(LANGUAGES))
    if data["language"] not in LANGUAGES:
        document.problem(("language",), "not_one_of", value=data["language"], known=", ".join(LANGUAGES), hint="")


def check_source(source: Source, document: Document) -> None:
    """Note every contradiction and omission of a source whose grammar is right."""
    _check_place(source, document)
    _check_key(source, document)
    _check_ignored(source, document)
    _check_named_columns(source, document)
    _check_required(source, document)
    _check_crosswalks(source, document)
    rows = source.expect.get("rows", {})
    if rows.get("min", 0) > rows.get("max", rows.get("min", 0)):
        document.problem(("expect", "rows"), "min_over_max")


def _check_place(source: Source, document: Document) -> None:
    for key, folder in (("agency", source.folder.parent.name), ("feed", source.folder.name)):
        if getattr(source, key) != folder:
            document.problem((key,), "not_the_folder", name=getattr(source, key), folder=folder)


def _check_key(source: Source, document: Document) -> None:
    mapped = {column for _, rule in source.all_rules() for column in rule.columns}
    for at, column in enumerate(source.key):
        if column not in mapped:
            document.problem(("key", at), "key_not_mapped", name=column, hint=nearest(column, mapped))


def _check_ignored(source: Source, document: Document) -> None:
    mapped = {column for _, rule in source.all_rules() for column in rule.columns}
    used = mapped | set(source.key) | source.lists  # a column that only `skip` looks at may be ignored besides
    for name in source.ignore:
        branch = name.removesuffix("*")
        if name in used or (branch != name and any(column.startswith(branch) for column in used)):
            document.problem(("ignore", name), "mapped_and_ignored", name=name)


def _check_named_columns(source: Source, document: Document) -> None:
    known = {*source.read_columns, *source.ignore}
    for key, names in (("personal", document.data.get("personal", ())), ("optional", source.optional)):
        for name in sorted(names):
            if name not in known:
                document.problem((key,), "unknown_column", name=name, hint=nearest(name, known))


def _check_required(source: Source, document: Document) -> None:
    """Every required field of the record, and of each child that is mapped at all, must have a rule."""
    filled = {rule.name for rule in source.rules}
    for name, each in source.record_type.tables[""].fields.items():
        if each.required and name not in filled:
            document.problem(("fields",), "required_field", name=each.path)
    for child, blocks in source.children.items():
        needed = {name: each.path for name, each in source.record_type.tables[child].fields.items() if each.required}
        for rules in (rules for block in blocks for rules in block.items):
            for name in sorted(needed.keys() - {rule.name for rule in rules}):
                document.problem(("children", child), "required_field", name=f"{child}.{needed[name]}")


def _check_crosswalks(source: Source, document: Document) -> None:
    used = {rule.options["crosswalk"] for _, rule in source.all_rules() if rule.verb == "crosswalk"}
    if document.problems.found:
        return  # a rule that was not bound may be the one that uses it
    for path in sorted((source.folder / "crosswalks").glob("*.csv")):
        if path.stem not in used:
            document.problems.add(f"crosswalks/{path.name}", 0, "", "crosswalk_unused")
