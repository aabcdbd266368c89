"""The verb of a rule, made from its options; what cannot be made becomes a problem of the document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

import pyarrow as pa
import pyarrow.compute as pc

from hub.zones import is_zone
from mappings.engine.compile.crosswalk import check_codes, check_patterns
from mappings.engine.compile.problems import among, nearest
from mappings.engine.text.repair import ordinary
from mappings.engine.verbs.chinese_amount import ChineseAmounts
from mappings.engine.verbs.dates import SERIALS, Dates
from mappings.engine.verbs.forms import EPOCHS, Form
from mappings.engine.verbs.lookup import Lookup
from mappings.engine.verbs.measures import NAMED_PARTS, Measures
from mappings.engine.verbs.named import Named
from mappings.engine.verbs.numbers import Numbers
from mappings.engine.verbs.pattern_lookup import PatternLookup
from mappings.engine.verbs.regions import Regions
from mappings.engine.verbs.tokens import Tokens
from mappings.engine.verbs.units import CURRENCY, Currencies, Units, currency_of, same_unit
from standards.ancestry import lineage
from standards.likeness import alike
from standards.units import unit_of, units

if TYPE_CHECKING:
    from collections.abc import Callable

    from mappings.engine.compile.crosswalk import Crosswalk
    from mappings.engine.compile.yaml_document import Document, Key
    from mappings.engine.model.options import BooleanOptions, RuleOptions
    from mappings.engine.model.rule import LocalTime, Moment, Outcome
    from standards import Field, Standard

YUAN = "CNY"
TIMES_DIGITS = 12  # more would not leave room for the number itself in 38 digits


@dataclass
class VerbFactory:
    """Makes verbs for fields of the standard."""

    document: Document
    standard: Standard
    walks: dict[str, Crosswalk | None]

    def verb(  # noqa: PLR0913, PLR0917 - what a verb is made from
        self, name: str, options: RuleOptions, target: Field, key: Key, beside: str | None, missing: frozenset[str]
    ) -> Callable[[pa.Array, Moment], Outcome] | None:  # fmt: skip
        """Return what turns text into values of a field; None for text that stays as it is, or after a problem.

        Args:
            name: The verb.
            options: The options of the rule.
            target: The field.
            key: The place of the rule in the document, for problems.
            beside: The cell that holds the unit; None where there is none.
            missing: The texts that mean no value.
        """
        factories: dict[str, Callable[[], Callable[[pa.Array, Moment], Outcome] | None]] = {
            "datetime": lambda: self._dates("datetime", options, key),
            "date": lambda: self._dates("date", options, key),
            "decimal": lambda: self._numbers(options, target, key),
            "integer": lambda: self._numbers(options, target, key),
            "unit": lambda: self._units(options, target, key, beside, missing),
            "currency": lambda: self._currencies(options, key),
            "chinese_amount": lambda: self._chinese_amounts(options, target, key),
            "crosswalk": lambda: self._crosswalk(options, target, key),
            "named": lambda: self._named(options["named"], target, key),
            "region": lambda: self._regions(options, target, key),
            "boolean": lambda: self._boolean(options["boolean"], key),
            "measure": lambda: self._measures(options, target, key),
            "token": lambda: Tokens(options["token"]),
        }
        return factories[name]() if name in factories else None

    def _dates(self, verb: Literal["date", "datetime"], options: RuleOptions, key: Key) -> Dates:
        forms = tuple(Form(text) for text in options[verb])
        for form in forms:
            if form.fault:
                self.document.problem((*key, verb), "bad_form", form=form.text, directive=form.fault)
            twins = [other.text for other in forms if other.skeleton == form.skeleton and other.text != form.text]
            if twins:
                self.document.problem((*key, verb), "ambiguous_forms", forms=", ".join(sorted([form.text, *twins])))
        tz = options.get("tz")
        counted = any(form.text in EPOCHS for form in forms)  # their day is that of a zone
        if tz is None and (counted or (verb == "datetime" and not all(form.zoned for form in forms))):
            self.document.problem(key, "missing_key", name="tz")
        elif tz is not None and not is_zone(tz):
            self.document.problem((*key, "tz"), "unknown_zone", name=tz)
        return Dates(forms, tz, days=verb == "date", serials=self._serials(options, key))

    def _serials(self, options: RuleOptions, key: Key) -> tuple[date, date]:
        """Return the first and the last day that a bare number may stand for."""
        if "serials" not in options:
            return SERIALS
        try:
            first, last = (date.fromisoformat(str(day)) for day in options["serials"])
        except ValueError:
            first, last = SERIALS[1], SERIALS[0]
        if first > last:
            self.document.problem((*key, "serials"), "wrong_value", value=options["serials"], expected="[from, to]")
        return first, last

    def _numbers(
        self, options: RuleOptions, target: Field, key: Key, option: Literal["decimal", "places"] = "decimal"
    ) -> Numbers:
        times = Decimal(options.get("times", 1))
        if len(times.as_tuple().digits) > TIMES_DIGITS:
            self.document.problem((*key, "times"), "wrong_value", value=times, expected=f"{TIMES_DIGITS} digits")
        scale = target.arrow.scale if pa.types.is_decimal(target.arrow) else 0
        places, point = options.get(option, scale), options.get("point", ".")
        if places > scale:
            self.document.problem((*key, option), "too_many_places", field=target.path, places=scale)
        if options.get("thousands") == point:
            self.document.problem((*key, "thousands"), "same_signs", sign=point)
        return Numbers(target.arrow, places, times, options.get("thousands"), point)

    def _units(
        self, options: RuleOptions, target: Field, key: Key, beside: str | None, missing: frozenset[str]
    ) -> Units:
        numbers = self._numbers(options, target, key, "places")
        into, given = str(options["unit"]), options.get("from")
        own, wanted = unit_of(target.unit or ""), unit_of(into)
        if wanted is None and into != CURRENCY:
            self.document.problem((*key, "unit"), "unknown_unit", name=into, hint=nearest(into, units()))
        elif own is not None and (wanted is None or not same_unit(own, wanted)):
            self.document.problem((*key, "unit"), "other_unit", field=target.path, unit=own.symbol, name=into)
        elif given is not None and not _leads(given, into):
            self.document.problem((*key, "from"), "no_conversion", name=given, unit=into)
        return Units(numbers, into, given, beside, missing)

    def _currencies(self, options: RuleOptions, key: Key) -> Currencies:
        given = options.get("from")
        if given is not None and currency_of(given) is None:
            self.document.problem((*key, "from"), "no_conversion", name=given, unit="ISO 4217")
        return Currencies(given)

    def _chinese_amounts(self, options: RuleOptions, target: Field, key: Key) -> ChineseAmounts:
        own = unit_of(target.unit or "")
        if own is not None and own.base != YUAN:
            self.document.problem((*key, "chinese_amount"), "other_unit", field=target.path, unit=own.symbol, name=YUAN)
        numbers = Numbers(target.arrow, target.arrow.scale)
        return ChineseAmounts(numbers, tuple(options.get("beside", ())), options.get("added", False))

    def _measures(self, options: RuleOptions, target: Field, key: Key) -> Measures | None:
        part = options["measure"]
        if (part in NAMED_PARTS) != pa.types.is_string(target.arrow):
            self.document.problem((*key, "measure"), "wrong_value", value=part, expected=str(target.arrow))
            return None
        return Measures(part, target.arrow, texts(options.get("not_detected", [])))

    def _crosswalk(self, options: RuleOptions, target: Field, key: Key) -> Lookup | None:
        name, match = options["crosswalk"], options.get("match", "exact")
        walk = self.walks.get(name)
        if walk is None:
            if name not in self.walks:
                hint = nearest(name, self.walks)
                self.document.problem((*key, "crosswalk"), "no_crosswalk", name=name, hint=hint)
            return None
        codes = self.standard.codelists.get(target.codelist or "")
        if codes is not None and not target.open:
            check_codes(walk, codes, self.document.problems)
        if match == "regex":
            check_patterns(walk, self.document.problems)
        return Lookup(walk.codes, pa.string()) if match == "exact" else PatternLookup(walk.codes, pa.string(), match)

    def _named(self, name: str, target: Field, key: Key) -> Named | None:
        lists, into = self.standard.codelists, target.codelist or ""
        if name not in lists:
            self.document.problem((*key, "named"), "no_list", name=name, hint=nearest(name, lists))
            return None
        if into not in {each.name for each in lineage(lists, name)}:
            known = ", ".join(each.name for each in lineage(lists, name))
            self.document.problem((*key, "named"), "other_list", field=target.path, name=name, known=known)
            return None
        return Named(lists, name, into)

    def _regions(self, options: RuleOptions, target: Field, key: Key) -> Regions | None:
        codes = self.standard.codelists.get(target.codelist or "")
        if codes is None:
            self.document.problem((*key, "region"), "no_codelist", field=target.path)
            return None
        aliases = self.standard.codelists.get(f"{target.codelist}_alias")
        return Regions(codes, str(options.get("within", "")), aliases)

    def _boolean(self, options: BooleanOptions, key: Key) -> Lookup:
        yes, no = texts(options["true"]), texts(options["false"])
        for value in sorted(yes & no):
            self.document.problem((*key, "boolean"), "both_true_and_false", word=value)
        return Lookup(dict.fromkeys(sorted(yes), True) | dict.fromkeys(sorted(no), False), pa.bool_())

    def constant(self, options: RuleOptions, target: Field, key: Key) -> pa.Scalar | None:
        """Return the value that a rule gives every record."""
        value = options["constant"]
        text = str(value).lower() if isinstance(value, bool) else str(value)
        codes = self.standard.codelists.get(target.codelist or "")
        if codes is not None and not target.open and text not in codes.codes.to_pylist():
            hint = among(text, alike(text, codes.codes.to_pylist()), codes)
            self.document.problem((*key, "constant"), "unknown_code", code=text, codelist=codes.name, hint=hint)
        try:
            return pc.cast(pa.scalar(text), target.arrow)
        except pa.ArrowInvalid:
            self.document.problem((*key, "constant"), "wrong_value", value=text, expected=str(target.arrow))
            return None


def constant_local(options: RuleOptions) -> LocalTime | None:
    """Return the local time of a constant moment, arrays of one element: as it is written, in UTC without an offset."""
    text = pa.array([str(options["constant"])])
    return Dates((Form("iso"),), "UTC", local=True).read(text).local


def texts(values: list[str | int]) -> frozenset[str]:
    """Return the values of a list as text; a plain integer is the text it was written as."""
    return frozenset(str(value) for value in values)


def no_value(values: list[str | int]) -> frozenset[str]:
    """Return the texts that mean no value: those of a list, each also as a repaired cell has it, and the blank."""
    written = texts(values)
    return written | {ordinary(each) for each in written} | {""}


def _leads(given: str, into: str) -> bool:
    if into == CURRENCY:
        return currency_of(given) is not None
    one, other = unit_of(given), unit_of(into)
    return one is not None and other is not None and one.in_terms_of(other) is not None
