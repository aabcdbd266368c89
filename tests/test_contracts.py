"""What passes from one module to another has a type with named members, not `dict[str, Any]` and not a long tuple.

A signature or a member counts when other modules can reach it: neither its own name nor that of its class begins with
an underscore.  Free-form data are listed here, each with the reason why its keys are not known.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.support.code_tree import PRODUCTION, module_name, syntax_tree

if TYPE_CHECKING:
    from collections.abc import Iterator

UNTYPED_MAPPINGS = {"dict", "Mapping", "MutableMapping"}
UNTYPED_VALUES = {"Any", "object"}
# Names for free-form data.
ALIASES = {"JsonObject", "CursorState", "SentenceParts", "RowCells", "CoreRow"}
LONGEST_TUPLE = 2

# module: member -> why its keys are not known
FREE_FORM = {
    "cli.screen": {
        "print_members": "prints an object of any kind",
        "print_rows": "prints the columns that it is given, of rows of any kind",
    },
    "connectors.connection": {"Connection.extra": "options of an Airflow connection, as its owner wrote them"},
    "dags.approval_operator": {"HoldQuestion.execute_complete": "the interface of Airflow's operators"},
    "dags.defaults": {"RETRYING": "arguments of Airflow's tasks"},
    "dags.triggers": {
        "FolderHint.serialize": "the interface of Airflow's triggers",
        "Start.serialize": "the interface of Airflow's triggers",
    },
    "hub.json_types": {
        "CursorState": "JSON that only the connector that wrote it reads",
        "JsonObject": "JSON or YAML as parsed, before it is checked",
    },
    "standards.event_mart": {"parsed_mart": "the keyword of a schema as written, whose slips are known by then"},
    "mappings.draft.rules": {"flow": "writes any mapping as YAML"},
    "mappings.engine.cells": {"cells_of": "only the keys, names of columns, are read"},
    "mappings.engine.compile.grammar": {
        "grammar": "a JSON Schema",
        "routes_of": "YAML as parsed, before it is checked",
    },
    "pages.staff.delivery": {"QuarantinedRow.original": "the sender's columns, whatever they are called"},
    "pipeline.authoring.golden": {
        "GoldenContent.tables": "records of any type",
        "GoldenContent.quarantined": "lines of expected.json without what is null",
        "GoldenContent.skipped": "lines of expected.json without what is null",
        "GoldenContent.findings": "lines of expected.json without what is null",
        "GoldenContent.file": "lines of expected.json without what is null",
    },
    "pipeline.reports.trace.line": {"LineTrace.sent": "a row in the sender's columns"},
    "pipeline.reports.trace.raw_row": {
        "RowCells": "a row in the sender's columns",
        "shown": "a row in the sender's columns",
        "cell": "a row in the sender's columns",
    },
    "pipeline.reports.trace.record": {
        "CoreRow": "a row of the table of any record type",
        "records": "rows of the table of any record type, and the parameters of any statement about it",
        "record_to_dict": "a row of the table of any record type",
    },
    "stack.airflow": {"health": "Airflow's own JSON"},
    "stack.analyst_query": {"run_query": "rows of any query"},
    "stack.health": {"Part.values": "what fills the sentence `says`"},
    "standards.codelist": {"code_list": "YAML as parsed"},
    "standards.keywords": {"refuse_unknown": "a JSON Schema"},
    "standards.rules": {
        "condition": "the condition of a rule as written, whose slips are known by then",
        "conditions": "a rule or an outcome as written",
        "parsed": "a rule of a JSON Schema as parsed",
        "slips": "a rule of a JSON Schema as parsed, before it is checked",
    },
    "standards.schema": {"Json": "a JSON Schema"},
    "validation.catalogue": {
        "SentenceParts": "what fills a sentence of the catalogue, by the names in it",
        "place_of": "what fills a sentence of the catalogue",
        "examples": "what fills a sentence of the catalogue",
        "manifest_fault_text": "what fills a sentence of the catalogue",
    },
    "validation.catalogue_page": {"save_example": "what fills a sentence of the catalogue"},
    "warehouse.copy": {"copy_in": "values of any table's columns", "copy_stream": "values of any table's columns"},
    "warehouse.ledger": {
        "fetched_so_far": "cursor states are stored unread",
        "fetched_last": "cursor states are stored unread",
        "remember_fetched": "cursor states are stored unread",
    },
}
LONG_TUPLES = {
    "cli.app": {"Group.resolve_command": "the interface of click"},
    "connectors.readers.spreadsheet.xlsx_fast": {
        "PlainCell": "the groups of a pattern, made for every cell of a workbook"
    },
}


class Annotation(NamedTuple):
    """An annotation that other modules can reach: `member` is its function, or its attribute, within the module."""

    member: str
    written: ast.expr


def reachable(body: list[ast.stmt], within: str = "") -> Iterator[Annotation]:
    """Yield the annotations of a module or a class that do not belong to a private name."""
    for node in body:
        match node:
            case ast.If():
                yield from reachable([*node.body, *node.orelse], within)
            case ast.FunctionDef() | ast.AsyncFunctionDef() if is_public(node.name):
                name = within.rstrip(".") if node.name == "__init__" else within + node.name
                yield from (Annotation(name, each) for each in signature_of(node))
            case ast.ClassDef() if is_public(node.name):
                yield from reachable(node.body, f"{within}{node.name}.")
            case ast.AnnAssign() if is_public(ast.unparse(node.target)):
                written = node.value if ast.unparse(node.annotation) == "TypeAlias" else node.annotation
                yield Annotation(within + ast.unparse(node.target), written or node.annotation)
            case ast.Assign() if is_public(ast.unparse(node.targets[0])):
                name = within + ast.unparse(node.targets[0])
                yield from (Annotation(name, each) for each in alias_of(node.value))


def signature_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.expr]:
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    every += [each for each in (arguments.vararg, arguments.kwarg) if each]
    yield from (each.annotation for each in every if each.annotation)
    yield from (function.returns,) if function.returns else ()


def alias_of(value: ast.expr) -> Iterator[ast.expr]:
    """Yield the types that an assigned value names: an alias, or the members of a TypedDict."""
    if isinstance(value, ast.Subscript):
        yield value
    elif isinstance(value, ast.Call) and ast.unparse(value.func) == "TypedDict" and isinstance(value.args[1], ast.Dict):
        yield from value.args[1].values


def is_public(name: str) -> bool:
    return not name.startswith("_") or (name.startswith("__") and name.endswith("__"))


def parts_of(written: ast.expr) -> Iterator[ast.AST]:
    """Yield the nodes of an annotation, those within a quoted one too."""
    for node in ast.walk(written):
        yield node
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                quoted = ast.parse(node.value, mode="eval").body
            except SyntaxError:
                continue
            yield from parts_of(quoted)


def is_free_form(part: ast.AST) -> bool:
    if isinstance(part, ast.Name):
        return part.id in ALIASES
    if not isinstance(part, ast.Subscript) or not isinstance(part.slice, ast.Tuple):
        return False
    kind = ast.unparse(part.value).rpartition(".")[2]
    return kind in UNTYPED_MAPPINGS and ast.unparse(part.slice.elts[-1]) in UNTYPED_VALUES


def is_long_tuple(part: ast.AST) -> bool:
    return (
        isinstance(part, ast.Subscript)
        and isinstance(part.slice, ast.Tuple)
        and ast.unparse(part.value) == "tuple"
        and len(part.slice.elts) > LONGEST_TUPLE
    )


@pytest.fixture(scope="module")
def annotations() -> dict[str, list[Annotation]]:
    return {module_name(path): list(reachable(syntax_tree(path).body)) for path in PRODUCTION}


def found_in(annotations: dict[str, list[Annotation]], kind: object) -> set[tuple[str, str]]:
    assert callable(kind)
    return {
        (module, each.member)
        for module, every in annotations.items()
        for each in every
        if any(kind(part) for part in parts_of(each.written))
    }


def test_mappings_between_modules_have_known_keys(annotations: dict[str, list[Annotation]]) -> None:
    found = found_in(annotations, is_free_form)
    listed = {(module, name) for module, members in FREE_FORM.items() for name in members}
    untyped, typed = sorted(found - listed), sorted(listed - found)
    assert not untyped, f"give these a dataclass or a TypedDict with units: {untyped}"
    assert not typed, f"these have types now, take them from the list: {typed}"


def test_tuples_between_modules_are_short(annotations: dict[str, list[Annotation]]) -> None:
    found = found_in(annotations, is_long_tuple)
    listed = {(module, name) for module, members in LONG_TUPLES.items() for name in members}
    long, short = sorted(found - listed), sorted(listed - found)
    assert not long, f"give these a NamedTuple or a dataclass: {long}"
    assert not short, f"these have types now, take them from the list: {short}"


@pytest.mark.parametrize(
    "written",
    [
        "def f(a: dict[str, Any]) -> None: ...",
        "def f() -> list[Mapping[str, object]]: ...",
        "async def f(*, a: 'dict[str, Any] | None' = None) -> None: ...",
        "class A:\n    a: dict[str, Any]",
        "class A:\n    def __init__(self, a: JsonObject) -> None: ...",
        "A: TypeAlias = 'dict[str, Any]'",
        "A = dict[str, Any]",
        "A = TypedDict('A', {'a': dict[str, Any]})",
        "if TYPE_CHECKING:\n    A = Mapping[str, Any]",
    ],
)
def test_free_form_mappings_are_seen(written: str) -> None:
    assert any(is_free_form(part) for each in reachable(ast.parse(written).body) for part in parts_of(each.written))


@pytest.mark.parametrize(
    "written",
    [
        "def _f(a: dict[str, Any]) -> None: ...",
        "class _A:\n    a: dict[str, Any]",
        "def f(a: dict[str, int]) -> None: ...",
    ],
)
def test_what_stays_within_a_module_is_not_asked(written: str) -> None:
    assert not any(is_free_form(part) for each in reachable(ast.parse(written).body) for part in parts_of(each.written))


@pytest.mark.parametrize(
    ("written", "long"),
    [
        ("def f() -> tuple[int, str, str]: ...", True),
        ("def f() -> Iterator[tuple[int, int, str]]: ...", True),
        ("def f() -> tuple[int, str]: ...", False),
        ("def f() -> tuple[int, ...]: ...", False),
    ],
)
def test_long_tuples_are_seen(written: str, long: bool) -> None:  # noqa: FBT001 - a parameter of a test
    found = any(is_long_tuple(part) for each in reachable(ast.parse(written).body) for part in parts_of(each.written))
    assert found == long
