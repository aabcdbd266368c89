"""Binding rules to the standard: field, type, code list, and the verb that makes such values."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from mappings.engine.condition import TESTS, Condition
from mappings.engine.crosswalks import check_codes
from mappings.engine.problems import nearest
from mappings.engine.rule import Rule
from mappings.engine.source import HIDDEN
from mappings.engine.subjects import named_group
from mappings.engine.verbs.dates import Dates
from mappings.engine.verbs.forms import Form
from mappings.engine.verbs.numbers import Numbers
from mappings.engine.verbs.regions import Regions
from mappings.engine.verbs.tokens import Tokens
from mappings.engine.verbs.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from mappings.engine.crosswalks import Crosswalk
    from mappings.engine.document import Document, Key
    from mappings.engine.names import Names
    from mappings.engine.rule import Moment, Outcome
    from standards import Field, Standard, Table

# Which verbs make values of which Arrow type; the first one is what a message proposes.
MAKES: dict[str, tuple[str, ...]] = {
    "string": ("text", "crosswalk", "region", "token"),
    "timestamp[us, tz=UTC]": ("datetime",),
    "date32[day]": ("date",),
    "int64": ("integer",),
    "bool": ("boolean",),
    "decimal": ("decimal",),
}
SUBJECTS = ("column", "first", "join", "function", "constant")
TIMES_DIGITS = 12  # more would not leave room for the number itself in 38 digits


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
        options: dict[str, Any] = {"column": written} if isinstance(written, str) else written
        target = table.fields.get(path.replace(".", "_"))
        if target is None or target.path != path:
            known = [each.path for each in table.fields.values()]
            self.document.problem(key, "unknown_field", name=path, table=table.name, hint=nearest(path, known))
            return None
        subject = next(name for name in SUBJECTS if name in options)
        verb = next((name for verbs in MAKES.values() for name in verbs if name in options), "text")
        cells = _cells(options, subject)
        self._known(cells, key, names)
        if not self._fits(verb, target, subject, key):
            return None
        columns = tuple(names.column(cell) for cell in cells)
        if "extract" in options:
            self._extract(options["extract"], (*key, "extract"))
        return Rule(
            path=path,
            target=target,
            subject=subject,
            columns=columns,
            cells=tuple(names.place(cell) for cell in cells),
            verb=verb,
            options=options,
            missing=texts(options["missing"]) | {""} if "missing" in options else self.missing,
            constant=self._constant(options, target, key) if subject == "constant" else None,
            function=self._function(options["function"], key) if subject == "function" else None,
            convert=self._convert(verb, options, target, key),
            precision=_precision(target, table, verb),
            personal=verb == "token" or target.sensitivity in HIDDEN or not self.personal.isdisjoint(columns),
        )

    def condition(self, written: dict[str, Any], key: Key, names: Names) -> Condition | None:
        """Bind the condition at `key`; None, and a problem, when it asks nothing or its pattern is none."""
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
            words=texts(written["in"]) if "in" in written else None,
            starts=tuple(str(word) for word in written["starts"]) if "starts" in written else None,
            matches=pattern,
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
        makers = MAKES["decimal" if pa.types.is_decimal(target.arrow) else str(target.arrow)]
        if subject == "constant" or verb in makers:
            return True
        name = verb if verb != "text" else "-"
        self.document.problem(
            key, "wrong_verb", field=target.path, type=target.arrow, verb=name, known=", ".join(makers)
        )
        return False

    def _convert(
        self, verb: str, options: dict[str, Any], target: Field, key: Key
    ) -> Callable[[pa.Array, Moment], Outcome] | None:
        makers: dict[str, Callable[[], Callable[[pa.Array, Moment], Outcome] | None]] = {
            "datetime": lambda: self._dates(verb, options, key),
            "date": lambda: self._dates(verb, options, key),
            "decimal": lambda: self._numbers(options, target, key),
            "integer": lambda: self._numbers(options, target, key),
            "crosswalk": lambda: self._crosswalk(options["crosswalk"], target, key),
            "region": lambda: self._regions(options, target, key),
            "boolean": lambda: self._boolean(options["boolean"], key),
            "token": lambda: Tokens(options["token"]),
        }
        return makers[verb]() if verb in makers else None

    def _dates(self, verb: str, options: dict[str, Any], key: Key) -> Dates:
        forms = tuple(Form(text) for text in options[verb])
        for form in forms:
            if form.fault:
                self.document.problem((*key, verb), "bad_form", form=form.text, directive=form.fault)
            twins = [other.text for other in forms if other.skeleton == form.skeleton and other.text != form.text]
            if twins:
                self.document.problem((*key, verb), "ambiguous_forms", forms=", ".join(sorted([form.text, *twins])))
        tz = options.get("tz")
        if tz is None and verb == "datetime" and not all(form.zoned for form in forms):
            self.document.problem(key, "missing_key", name="tz")
        elif tz is not None and not _zone(tz):
            self.document.problem((*key, "tz"), "unknown_zone", name=tz)
        return Dates(forms, tz, days=verb == "date")

    def _numbers(self, options: dict[str, Any], target: Field, key: Key) -> Numbers:
        times = Decimal(options.get("times", 1))
        if len(times.as_tuple().digits) > TIMES_DIGITS:
            self.document.problem((*key, "times"), "wrong_value", value=times, expected=f"{TIMES_DIGITS} digits")
        places, point = options.get("decimal", 0), options.get("point", ".")
        if pa.types.is_decimal(target.arrow) and places > target.arrow.scale:
            self.document.problem((*key, "decimal"), "too_many_places", field=target.path, places=target.arrow.scale)
        if options.get("thousands") == point:
            self.document.problem((*key, "thousands"), "same_signs", sign=point)
        return Numbers(target.arrow, places, times, options.get("thousands"), point)

    def _crosswalk(self, name: str, target: Field, key: Key) -> Words | None:
        walk = self.walks.get(name)
        if walk is None:
            if name not in self.walks:
                hint = nearest(name, self.walks)
                self.document.problem((*key, "crosswalk"), "no_crosswalk", name=name, hint=hint)
            return None
        codes = self.standard.codelists.get(target.codelist or "")
        if codes is not None and not target.open:
            check_codes(walk, codes, self.document.problems)
        return Words(walk.codes, pa.string())

    def _regions(self, options: dict[str, Any], target: Field, key: Key) -> Regions | None:
        codes = self.standard.codelists.get(target.codelist or "")
        if codes is None:
            self.document.problem((*key, "region"), "no_codelist", field=target.path)
            return None
        return Regions(codes, str(options.get("within", "")))

    def _boolean(self, options: dict[str, Any], key: Key) -> Words:
        yes, no = texts(options["true"]), texts(options["false"])
        for word in sorted(yes & no):
            self.document.problem((*key, "boolean"), "both_true_and_false", word=word)
        return Words(dict.fromkeys(sorted(yes), True) | dict.fromkeys(sorted(no), False), pa.bool_())

    def _constant(self, options: dict[str, Any], target: Field, key: Key) -> pa.Scalar | None:
        value = options["constant"]
        text = str(value).lower() if isinstance(value, bool) else str(value)
        codes = self.standard.codelists.get(target.codelist or "")
        if codes is not None and not target.open and text not in codes.codes.to_pylist():
            hint = nearest(text, codes.codes.to_pylist())
            self.document.problem((*key, "constant"), "unknown_code", code=text, codelist=codes.name, hint=hint)
        try:
            return pc.cast(pa.scalar(text), target.arrow)
        except pa.ArrowInvalid:
            self.document.problem((*key, "constant"), "wrong_value", value=text, expected=str(target.arrow))
            return None

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


def _cells(options: dict[str, Any], subject: str) -> tuple[str, ...]:
    if subject == "column":
        return (options["column"],)
    return tuple(
        options["columns"] if subject == "function" else options.get(subject, ()) if subject != "constant" else ()
    )


def _precision(target: Field, table: Table, verb: str) -> str | None:
    name = f"{target.name}_precision"
    return name if verb == "datetime" and name in table.fields else None


def texts(values: list[str | int]) -> frozenset[str]:
    """Return the values of a list as text; a plain integer is the text it was written as."""
    return frozenset(str(value) for value in values)


def _zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
