"""Small breakages of Python, found in the syntax tree and written over the text where they stand."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from tests.mutation.edit import Edit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Change = tuple[str, ast.expr, str]
FLIPS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
BOUNDARIES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}
OPPOSITES = {"any": "all", "all": "any", "min": "max", "max": "min"}
# What is called for the log, the types or the reader: removing it changes nothing that anybody meets.
SILENT = {"debug", "info", "overload", "cast", "add_note"}


def python_edits(root: Path, path: str) -> Iterator[Edit]:
    """Yield the breakages of a Python file below `root`, from its top to its end; a few of them do not compile."""
    content = (root / path).read_bytes()
    starts = [0]
    for line in content.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for node in _nodes(ast.parse(content)):
        for operator, old, new in _changes(node):
            start = starts[old.lineno - 1] + old.col_offset
            end = starts[(old.end_lineno or old.lineno) - 1] + (old.end_col_offset or 0)
            yield Edit(path, operator, start, end, new, old.lineno, old.end_lineno or old.lineno)


def _nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes that run: no annotations, no imports for types, nothing within an f-string (wrong places)."""
    for field, value in ast.iter_fields(tree):
        if field in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        for node in value if isinstance(value, list) else [value]:
            if not isinstance(node, ast.AST) or isinstance(node, ast.JoinedStr):
                continue
            if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
                continue
            yield node
            yield from _nodes(node)


def _changes(node: ast.AST) -> Iterator[Change]:
    """Yield what may be done to one node: the operator's name, the expression that is replaced, its new text."""
    if change := CHANGES.get(type(node)):
        yield from change(node)


def _comparisons(node: ast.Compare) -> Iterator[Change]:
    if len(node.ops) != 1:
        return
    for operator, others in (("flip", FLIPS), ("boundary", BOUNDARIES)):
        if other := others.get(type(node.ops[0])):
            yield operator, node, f"({ast.unparse(ast.Compare(node.left, [other()], node.comparators))})"


def _constants(node: ast.Constant) -> Iterator[Change]:
    if isinstance(node.value, bool):
        yield "constant", node, str(not node.value)
    elif isinstance(node.value, int | float):
        yield "constant", node, repr(node.value + 1)
        yield "constant", node, f"({node.value - 1!r})"


def _calls(node: ast.Call) -> Iterator[Change]:
    if isinstance(node.func, ast.Name) and node.func.id in OPPOSITES:
        yield "opposite", node.func, OPPOSITES[node.func.id]
    for word in node.keywords:
        if word.arg and not any(isinstance(each, ast.JoinedStr) for each in ast.walk(node)):
            rest = [each for each in node.keywords if each is not word]
            yield "drop an argument", node, ast.unparse(ast.Call(node.func, node.args, rest))


def _conditions(node: ast.BoolOp) -> Iterator[Change]:
    other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    yield "swap and/or", node, f"({ast.unparse(ast.BoolOp(other, node.values))})"
    for at in range(len(node.values)):
        rest = node.values[:at] + node.values[at + 1 :]
        kept = ast.unparse(ast.BoolOp(node.op, rest) if len(rest) > 1 else rest[0])
        yield "drop a condition", node, f"({kept})"


def _negations(node: ast.UnaryOp) -> Iterator[Change]:
    if isinstance(node.op, ast.Not):
        yield "drop not", node, f"({ast.unparse(node.operand)})"


def _branches(node: ast.If | ast.IfExp) -> Iterator[Change]:
    yield "swap branches", node.test, f"(not ({ast.unparse(node.test)}))"


def _returns(node: ast.Return) -> Iterator[Change]:
    if node.value and ast.unparse(node.value) != "None":
        yield "return None", node.value, "None"


def _removals(node: ast.Expr) -> Iterator[Change]:
    if isinstance(node.value, ast.Call) and ast.unparse(node.value.func).rpartition(".")[2] not in SILENT:
        yield "remove a call", node.value, "None"


CHANGES: dict[type[ast.AST], Callable[[Any], Iterator[Change]]] = {
    ast.Compare: _comparisons,
    ast.BoolOp: _conditions,
    ast.UnaryOp: _negations,
    ast.If: _branches,
    ast.IfExp: _branches,
    ast.Constant: _constants,
    ast.Return: _returns,
    ast.Call: _calls,
    ast.Expr: _removals,
}
