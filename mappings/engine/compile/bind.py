"""Binding rules to the standard: field, type, code list, and the verb that makes such values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from mappings.engine.compile.problems import nearest
from mappings.engine.compile.verbs import VerbFactory, constant_local, no_value, texts
from mappings.engine.model.condition import TESTS, Condition
from mappings.engine.model.names import Names, nested_paths
from mappings.engine.model.rule import Pick, Rule, named_group
from mappings.engine.model.source import MASKED_SENSITIVITIES
from mappings.engine.verbs.dates import Dates

if TYPE_CHECKING:
    from collections.abc import Callable

    from mappings.engine.compile.crosswalk import Crosswalk
    from mappings.engine.compile.yaml_document import Document, Key
    from mappings.engine.model.options import ConditionOptions, ItemOptions, RuleOptions
    from mappings.engine.model.rule import Moment, Outcome
    from standards import Field, Standard, Table

# Which verbs make values of which Arrow type; the first one is what a message proposes.
MAKES: dict[str, tuple[str, ...]] = {
    "string": ("text", "crosswalk", "named", "region", "token", "currency", "measure"),
    "timestamp[us, tz=UTC]": ("datetime",),
    "date32[day]": ("date",),
    "int64": ("integer", "unit"),
    "bool": ("boolean",),
    "decimal": ("decimal", "unit", "measure", "chinese_amount"),
}
CONVERSIONS = tuple(dict.fromkeys(name for verbs in MAKES.values() for name in verbs))
SUBJECTS = ("column", "first", "join", "function", "constant", "item")


@dataclass
class Binder:
    """Makes `Rule`s out of checked YAML; what does not fit the standard becomes a problem of the document."""

    document: Document
    standard: Standard
    walks: dict[str, Crosswalk | None]
    missing: frozenset[str]
    personal: frozenset[str]

    def rule(self, written: Any, key: Key, path: str, table: Table, names: Names) -> Rule | None:
        """Bind the rule at `key` to the field `path` of `table`; `names` are what its columns are called there."""
        options: RuleOptions = {"column": written} if isinstance(written, str) else written
        target = table.fields.get(path.replace(".", "_"))
        if target is None or target.path != path:
            known = [each.path for each in table.fields.values()]
            self.document.problem(key, "unknown_field", name=path, table=table.name, hint=nearest(path, known))
            return None
        subject = next(name for name in SUBJECTS if name in options)
        verb = next((name for name in CONVERSIONS if name in options), "text")
        cells, beside = _cells(options, subject), (options["from_column"],) if "from_column" in options else ()
        self._known((*cells, *beside), key, names)
        if not self._fits(verb, target, subject, key):
            return None
        columns, others = (tuple(names.column(cell) for cell in each) for each in (cells, beside))
        offered = tuple(names.place(cell) for cell in cells)
        pick = self._pick(options["item"], (*key, "item"), names) if subject == "item" else None
        if pick is not None:
            columns, offered = (pick.column,), (pick.cell,)
        missing = no_value(options["missing"]) if "missing" in options else self.missing
        factory = VerbFactory(self.document, self.standard, self.walks)
        place = names.place(beside[0]) if beside else None
        local = table.local_time(target.name)
        if "extract" in options:
            self._extract(options["extract"], (*key, "extract"))
        return Rule(
            path=path,
            target=target,
            subject=subject,
            columns=columns,
            cells=offered,
            verb=verb,
            options=options,
            missing=missing,
            constant=factory.constant(options, target, key) if subject == "constant" else None,
            function=self._function(options["function"], key) if subject == "function" else None,
            convert=_with_local_time(factory.verb(verb, options, target, key, place, missing), local),
            local_columns=local,
            constant_local=constant_local(options) if local and subject == "constant" else None,
            personal=verb == "token"
            or target.sensitivity in MASKED_SENSITIVITIES
            or not self.personal.isdisjoint((*columns, *others)),
            when=self.condition(options["when"], (*key, "when"), names) if "when" in options else None,
            beside=others,
            pick=pick,
        )

    def _pick(self, written: ItemOptions, key: Key, names: Names) -> Pick:
        """Bind `item:`: the lists from this place on, the member, and which item is taken."""
        above = written.get("of", ())
        path = (*((above,) if isinstance(above, str) else above), written["each"])
        lists = nested_paths((names.listed(path[0]), *path[1:]))
        inner = Names(lists)
        when = self.condition(written["when"], (*key, "when"), inner) if "when" in written else None
        order = tuple(str(each) for each in written.get("order", ()))
        return Pick(lists, inner.column(written["column"]), when, order)

    def condition(self, written: ConditionOptions, key: Key, names: Names) -> Condition | None:
        """Bind the condition at `key`; None, and a problem, when it has no test or an invalid pattern."""
        cell = written["column"]
        self._known((cell,), key, names)
        if not any(test in written for test in TESTS):
            self.document.problem(key, "one_test", known=", ".join(TESTS))
            return None
        pattern = written.get("matches")
        try:
            pc.match_substring_regex(pa.array([""]), pattern or "")
        except pa.ArrowInvalid as error:
            self.document.problem((*key, "matches"), "bad_expression", why=error)
            return None
        return Condition(
            column=names.column(cell),
            values=texts(written["in"]) if "in" in written else None,
            starts=tuple(str(start) for start in written["starts"]) if "starts" in written else None,
            matches=pattern,
            lacks=tuple(str(term) for term in written["lacks"]) if "lacks" in written else None,
            filled=written.get("filled"),
            missing=self.missing,
            cell=names.place(cell),
        )

    def _known(self, cells: tuple[str, ...], key: Key, names: Names) -> None:
        for cell in cells:
            if not names.known(cell):
                offered = names.offered or ()
                self.document.problem(
                    key, "unknown_part", name=cell, known=", ".join(offered), hint=nearest(cell, offered)
                )

    def _fits(self, verb: str, target: Field, subject: str, key: Key) -> bool:
        verbs = MAKES["decimal" if pa.types.is_decimal(target.arrow) else str(target.arrow)]
        if subject == "constant" or verb in verbs:
            return True
        name = verb if verb != "text" else "-"
        self.document.problem(
            key, "wrong_verb", field=target.path, type=target.arrow, verb=name, known=", ".join(verbs)
        )
        return False

    def _extract(self, pattern: str, key: Key) -> None:
        try:
            pc.extract_regex(pa.array([], pa.string()), named_group(pattern))
        except (pa.ArrowInvalid, ValueError) as error:
            self.document.problem(key, "bad_pattern", why=error)

    def _function(self, name: str, key: Key) -> Callable[..., pa.Array] | None:
        module = f"mappings.functions.{name}"
        if find_spec(module) is None:
            self.document.problem((*key, "function"), "no_function", name=name)
            return None
        function: Callable[..., pa.Array] = getattr(import_module(module), name)
        return function


def _cells(options: RuleOptions, subject: str) -> tuple[str, ...]:
    match subject:
        case "column":
            return (options["column"],)
        case "first":
            return tuple(options["first"])
        case "join":
            return tuple(options["join"])
        case "function":
            return tuple(options["columns"])
        case _:
            return ()


def _with_local_time(
    convert: Callable[[pa.Array, Moment], Outcome] | None, local: dict[str, str]
) -> Callable[[pa.Array, Moment], Outcome] | None:
    return replace(convert, local=True) if isinstance(convert, Dates) and local else convert
