"""The changes between two editions, each breaking, additive or of wording only.

Breaking is what may refuse a record that was right before, or takes away or redefines what somebody reads: also other
rights, another parent of a code, and the end of a code.  Additive is what is new or laxer.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from standards.comparison.facts import Facts, Row
    from standards.schema import Json

BREAKING, ADDITIVE, WORDING = "breaking", "additive", "wording"
KINDS = (BREAKING, ADDITIVE, WORDING)
TEXTS = frozenset({"label", "title", "description", "description_zh", "examples", "source", "$comment"})
OF_EXPORTS = frozenset(
    {"type", "format", "maxLength", "minimum", "maximum", "exclusiveMinimum", "pattern", "maxItems", "required"}
)
LESS_IS_TIGHTER = frozenset({"maxLength", "maximum", "maxItems", "scale"})
MORE_IS_TIGHTER = frozenset({"minimum", "exclusiveMinimum"})
# What a keyword means where it is absent, and whether it may only become true, or only false, without breaking anybody.
FLAGS = {"required": False, "open": True, "future": True}
TEXTS_OF_CODES = frozenset({"label_zh", "label_en", "definition_zh", "definition_en", "source", "edition"})
LINKS_OF_CODES = frozenset({"replaced_by", "same_as", "close_match"})


@dataclass(frozen=True)
class Change:
    """One change.

    Attributes:
        kind: One of `KINDS`.
        what: What happened, a key `diff.what.<what>` of the catalogue of sentences.
        place: `type`, `type.path`, `codelists/list` or another file.
        record_type: The record type, "" where it is about none.
        field: The path of the field; "" where it is about none.
        codelist: The code list, "" where it is about none.
        about: The keyword, rule or code.
        before: What was said; "" where nothing was.
        after: What is said now.
    """

    kind: str
    what: str
    place: str
    record_type: str = ""
    field: str = ""
    codelist: str = ""
    about: str = ""
    before: str = ""
    after: str = ""


def changes(old: Facts, new: Facts) -> list[Change]:
    """Return all changes from one edition to another, the breaking ones first."""
    found = [*_types(old, new), *_fields(old, new)]
    if not old.exported and not new.exported:  # an export has none of these
        found += [*_rules(old, new), *_lists(old, new), *_files(old, new)]
    return sorted(found, key=lambda each: (KINDS.index(each.kind), each.place, each.what, each.about))


def _types(old: Facts, new: Facts) -> Iterator[Change]:
    for name in sorted(old.types.keys() | new.types.keys()):
        if name not in new.types:
            yield Change(BREAKING, "type_removed", name, name)
        elif name not in old.types:
            yield Change(ADDITIVE, "type_added", name, name)
        else:
            yield from _keywords(old.types[name], new.types[name], name, name, "", _shared(old, new))


def _fields(old: Facts, new: Facts) -> Iterator[Change]:
    both = old.types.keys() & new.types.keys()
    for name, path in sorted(old.fields.keys() | new.fields.keys()):
        if name not in both:
            continue
        place, key = f"{name}.{path}", (name, path)
        if key not in new.fields:
            yield Change(BREAKING, "field_removed", place, name, path)
        elif key not in old.fields:
            must = new.fields[key]["required"] and not path.endswith(".*") and "*" not in path
            yield Change(BREAKING if must else ADDITIVE, "required_added" if must else "field_added", place, name, path)
        else:
            yield from _keywords(old.fields[key], new.fields[key], place, name, path, _shared(old, new))


def _shared(old: Facts, new: Facts) -> frozenset[str] | None:
    """Return the keywords that both editions can have; None for all of them."""
    if old.exported and new.exported:
        return OF_EXPORTS | TEXTS | {"enum"}
    return OF_EXPORTS if old.exported or new.exported else None


def _keywords(  # noqa: PLR0913, PLR0917 - two statements and their place
    old: Json, new: Json, place: str, name: str, path: str, shared: frozenset[str] | None
) -> Iterator[Change]:
    for key in sorted(old.keys() | new.keys()):
        before, after = old.get(key, FLAGS.get(key) and False), new.get(key, FLAGS.get(key) and False)
        if before == after or (shared is not None and key not in shared):
            continue
        if key == "enum":
            yield from _enum(before or [], after or [], place, name, path)
            continue
        kind = WORDING if key in TEXTS else _kind(key, before, after)
        codelist = str(after or before).removesuffix(".csv") if key == "codelist" else ""
        yield Change(kind, "keyword", place, name, path, codelist, key, _shown(before), _shown(after))


def _kind(key: str, before: Any, after: Any) -> str:
    if key in FLAGS:
        return ADDITIVE if bool(after) is FLAGS[key] else BREAKING
    if before is None and key in {"kind", "unit", "moment"}:
        return ADDITIVE  # it was so before, and nobody said it
    if after is None:
        return BREAKING if key in {"codelist", "unit", "type", "format", "sensitivity", "share", "kind"} else ADDITIVE
    if before is not None and key in LESS_IS_TIGHTER:
        return BREAKING if after < before else ADDITIVE
    if before is not None and key in MORE_IS_TIGHTER:
        return BREAKING if after > before else ADDITIVE
    return BREAKING


def _enum(before: list[Any], after: list[Any], place: str, name: str, path: str) -> Iterator[Change]:
    for code in sorted({*before} - {*after}):
        yield Change(BREAKING if after else ADDITIVE, "code_removed", place, name, path, "", str(code))
    for code in sorted({*after} - {*before}):
        yield Change(ADDITIVE if before else BREAKING, "code_added", place, name, path, "", str(code))


def _rules(old: Facts, new: Facts) -> Iterator[Change]:
    both = old.types.keys() & new.types.keys()
    for name, rule in sorted(old.rules.keys() | new.rules.keys()):
        before, after = old.rules.get((name, rule)), new.rules.get((name, rule))
        if name not in both or before == after:
            continue
        if after is None:
            yield Change(ADDITIVE, "rule_removed", name, name, about=rule)
        elif before is None:
            kind = BREAKING if after["level"] == "error" else ADDITIVE
            yield Change(kind, "rule_added", name, name, about=rule, after=after["message"]["en"])
        else:
            same = {**before, "message": ""} == {**after, "message": ""}
            kind = WORDING if same else BREAKING if after["level"] == "error" else ADDITIVE
            yield Change(kind, "rule_changed", name, name, about=rule, before=_shown(before), after=_shown(after))


def _lists(old: Facts, new: Facts) -> Iterator[Change]:
    for name in sorted(old.codes.keys() | new.codes.keys()):
        place = f"codelists/{name}"
        if name not in new.codes:
            yield Change(BREAKING, "list_removed", place, codelist=name)
        elif name not in old.codes:
            yield Change(ADDITIVE, "list_added", place, codelist=name)
        else:
            yield from _codes(old.codes[name], new.codes[name], place, name)


def _codes(old: Mapping[str, list[Row]], new: Mapping[str, list[Row]], place: str, name: str) -> Iterator[Change]:
    for code in sorted(old.keys() | new.keys()):
        if code not in new:
            yield Change(BREAKING, "code_removed", place, codelist=name, about=code)
        elif code not in old:
            yield Change(ADDITIVE, "code_added", place, codelist=name, about=code, after=new[code][-1]["label_en"])
        elif old[code] != new[code]:
            yield _code(old[code], new[code], place, name, code)


def _code(old: list[Row], new: list[Row], place: str, name: str, code: str) -> Change:
    """Return the gravest change of a code."""
    before, after = old[-1], new[-1]
    differs = {key for key in before.keys() | after.keys() if (before.get(key) or "") != (after.get(key) or "")}
    periods = [_periods(old), _periods(new)]
    if periods[0] != periods[1]:
        kind, what = (BREAKING, "code_ended") if _narrower(*periods) else (ADDITIVE, "code_extended")
        return Change(kind, what, place, "", "", name, code, _shown(periods[0]), _shown(periods[1]))
    if differs & {"parent", "rank"}:
        key = "parent" if "parent" in differs else "rank"
        was, now = before.get(key) or "", after.get(key) or ""
        kind = BREAKING if was else ADDITIVE
        return Change(kind, f"code_{key}", place, "", "", name, code, was, now)
    kind = WORDING if differs <= TEXTS_OF_CODES else ADDITIVE
    keys = sorted(differs & (TEXTS_OF_CODES if kind == WORDING else LINKS_OF_CODES))
    before_text = ", ".join(before.get(key) or "-" for key in keys)
    return Change(
        kind, "code_reworded" if kind == WORDING else "code_linked", place, "", "", name, code, before_text,
        ", ".join(after.get(key) or "-" for key in keys),
    )  # fmt: skip


def _periods(rows: list[Row]) -> list[tuple[str, str]]:
    return sorted((row.get("valid_from") or "", row.get("valid_to") or "") for row in rows)


def _narrower(old: list[tuple[str, str]], new: list[tuple[str, str]]) -> bool:
    """Whether a code no longer holds on some day on which it held; ISO days compare as texts."""
    return not all(
        any(start <= since and (not until or ("" < end <= until)) for start, until in new) for since, end in old
    )


def _files(old: Facts, new: Facts) -> Iterator[Change]:
    for name in sorted(old.files.keys() | new.files.keys()):
        before, after = old.files.get(name), new.files.get(name)
        if before != after:
            what = "file_removed" if after is None else "file_added" if before is None else "file_changed"
            grave = name.startswith("thresholds/") and before is not None
            yield Change(BREAKING if grave else ADDITIVE, what, name)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
