"""Writing the drafted folder: mapping.yml with evidence beside every line, crosswalks, and agency.yml if there is none.

No value of the sample stands in the mapping: evidence gives forms and counts.  Crosswalks hold the values of columns
that are, or may be, codes: few distinct values of few letters, never those of a personal column.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, TypeAlias

import pyarrow as pa

from hub.durable import write_durable
from hub.errors import WrongUsage
from hub.messages import error_of
from mappings.draft.naming import plain
from mappings.draft.proposing import common_fields
from mappings.draft.rules import flow, rule, scalar
from mappings.engine.compile.crosswalk import CrosswalkLine, crosswalk_text
from standards.derived_fields import DERIVED, HAZARD

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hub.source_options import FormatOptions
    from mappings.draft.column_profile import Column
    from mappings.draft.proposing import Draft, Proposal

TODO_FOLDER = "todo"  # folder in `crosswalks/` for the values of undecided columns
MOST_VALUES, LONGEST_VALUE = 300, 80  # more or longer values are no code list
Readings: TypeAlias = "tuple[tuple[str, str], ...]"
COMMENTS_AT = 60  # column in which the evidence begins, where the line is shorter
COUNTED = re.compile("[0-9]+ rows?")  # what the draft notes beside a value
KNOWN_BY_ALL = ("country_code", "hazard_class_code", "hazard_type_code")


def write_folder(
    folder: Path, draft: Draft, form: FormatOptions, readings: Readings = (), *, force: bool = False
) -> list[Path]:
    """Write the drafted source into a folder.

    Args:
        folder: The folder of the source, `.../<agency>/<feed>`.
        draft: The draft.
        form: The mapping's `format:`.
        readings: Encodings that the sample may have, each with a piece of the text; with any, `encoding` is TODO.
        force: Write over a mapping that is there.

    Returns:
        The files that were written.

    Raises:
        WrongUsage: The folder has a mapping, and `force` is not given.
    """
    if (folder / "mapping.yml").exists() and not force:
        raise error_of(WrongUsage, "draft.exists", where=str(folder))
    crosswalks: dict[str, dict[str, str]] = {}
    text = mapping_text(folder.parent.name, folder.name, draft, form, crosswalks, readings)
    (folder / "crosswalks").mkdir(parents=True, exist_ok=True)
    written = [folder / "mapping.yml"]
    write_durable(written[0], text.encode())
    for name, codes in crosswalks.items():
        written.append(folder / "crosswalks" / f"{name}.csv")
        write_durable(written[-1], crosswalk_text(CrosswalkLine(*pair) for pair in codes.items()).encode())
    for each in draft.proposals:
        if file := _values_file(each, draft):
            written.append(folder / "crosswalks" / TODO_FOLDER / file)
            written[-1].parent.mkdir(exist_ok=True)
            write_durable(written[-1], crosswalk_text(_counted(each.column)).encode())
    for left in (folder / "crosswalks" / TODO_FOLDER).glob("*.csv"):
        if left not in written and _is_as_drafted(left):
            left.unlink()  # words of an earlier draft, whose columns are decided now
    agency = folder.parent / "agency.yml"
    if not agency.exists():
        write_durable(agency, "name: {zh: TODO 单位名称, en: TODO name of the agency}\nlanguage: zh\n".encode())
        written.append(agency)
    return written


def mapping_text(  # noqa: PLR0913, PLR0917 - all that a draft is made of
    agency: str,
    feed: str,
    draft: Draft,
    form: FormatOptions,
    crosswalks: dict[str, dict[str, str]],
    readings: Readings = (),
) -> str:
    """Return the text of `mapping.yml`.

    Args:
        agency: The name of the agency's folder.
        feed: The name of the feed's folder.
        draft: The draft.
        form: The mapping's `format:`.
        crosswalks: Gets the crosswalks that the rules need: name to value to code.
        readings: As in `write_folder`.
    """
    return "\n".join(_lines(agency, feed, draft, form, crosswalks, readings)) + "\n"


def _lines(  # noqa: PLR0913, PLR0917 - as above
    agency: str,
    feed: str,
    draft: Draft,
    form: FormatOptions,
    crosswalks: dict[str, dict[str, str]],
    readings: Readings,
) -> Iterator[str]:
    sure = [each for each in draft.proposals if each.sure]
    personal = [each.column for each in draft.proposals if each.column.personal]
    missing = sorted({value for each in draft.proposals for value in each.column.missing})
    rest = [each for each in draft.proposals if not each.sure]
    yield "# yaml-language-server: $schema=../../../mapping.schema.json"
    yield f"# Drafted from a sample: {len(sure)} of {len(draft.proposals)} columns, with confidence and evidence."
    yield f"# Decide on every TODO, then: riskhub source lint {agency}/{feed}"
    yield f"agency: {scalar(agency)}"
    yield f"feed: {scalar(feed)}"
    yield "title: {zh: TODO 标题, en: TODO title}"
    yield _record_type(draft)
    yield "connector: {kind: folder, complete: rename}"
    encoding, absent = {"encoding": "TODO"} if readings else {}, {"missing": missing} if missing else {}
    yield f"format: {flow({**form, **encoding, **absent})}"
    if readings:
        yield "  # Nothing in the sample proves its encoding; the first was taken.  By encoding, a piece of it reads:"
        yield from (f"  #   {_one_line(f'{names}: {piece}')}" for names, piece in readings)
    yield _key(draft)
    yield "mode: upsert"
    if personal:
        yield f"personal: [{', '.join(scalar(column.name) for column in personal)}]"
    yield ""
    yield "fields:"
    yield from _fields(draft, sure, crosswalks)
    if rest:
        yield ""
        yield "ignore:"
        yield from (_undecided(each, _values_file(each, draft)) for each in rest)


def _record_type(draft: Draft) -> str:
    if draft.rivals is None:
        return f"record_type: {draft.record_type.name}"
    nearest = f"; nearest, and not near: {', '.join(draft.rivals)}" if draft.rivals else ""
    return _beside("record_type: TODO the columns are like no record type", f"draft again with --record-type{nearest}")


def _fields(draft: Draft, sure: list[Proposal], crosswalks: dict[str, dict[str, str]]) -> Iterator[str]:
    fields = {each.path: each for each in draft.record_type.tables[""].fields.values()}
    if draft.rivals is not None:  # fields of one type only are not required
        fields = {path: each for path, each in fields.items() if path in common_fields(draft.record_type.begins)}
    for each in sure:
        if each.path is None or each.target is None:
            continue
        written = rule(each, each.path, each.target, crosswalks)
        yield _beside(f"  {each.path}: {written}", f"{each.confidence:.2f} {'; '.join(each.evidence)}")
        for path in each.also:
            yield _beside(f"  {path}: {rule(each, path, fields[path], crosswalks)}", "the same column")
    for path, field in fields.items():
        if path in draft.filled or (path in DERIVED and HAZARD not in draft.record_type.tables):
            continue
        wanted = f"{HAZARD}.0.{DERIVED[path]}" if path in DERIVED else path
        if field.required:
            yield f"  {path}: {scalar(f'TODO required by the standard; {_likest(draft, path)}')}"
        elif path in KNOWN_BY_ALL and wanted not in draft.filled:
            yield f"  {wanted}: {{constant: TODO a code of standards/codelists/{field.codelist}.csv}}"
    yield from _companions(draft)


def _likest(draft: Draft, path: str) -> str:
    """Return which undecided columns may be the field, in words."""
    maybe = [_one_line(each.column.name) for each in draft.proposals if not each.sure and each.path == path]
    return f"perhaps the column {' or '.join(maybe)}" if maybe else "no column is like it"


def _companions(draft: Draft) -> Iterator[str]:
    if {"lon", "lat"} <= draft.filled:
        yield "  coord_sys: {constant: TODO WGS84 GCJ02 BD09 or CGCS2000}"
    for child in sorted({path.rpartition(".")[0] for path in draft.filled if path.count(".") > 1}):
        table = draft.record_type.tables[child.partition(".")[0]]
        for field in table.fields.values():
            path = f"{child}.{field.path}"
            if field.required and path not in draft.filled:
                number = child.partition(".")[2]
                value = f"{{constant: {int(number) + 1}}}" if pa.types.is_integer(field.arrow) else "{constant: TODO}"
                yield f"  {path}: {value}"


def _key(draft: Draft) -> str:
    if draft.key is None:
        return "key: [TODO which columns tell rows apart]"
    if draft.key_sure:
        return _beside(f"key: [{scalar(draft.key.name)}]", _key_evidence(draft.key))
    doubt = "it counts the rows of this file: does the number stay with its record?" if draft.key.counts_rows else ""
    evidence = f"{_key_evidence(draft.key)}{'; ' if doubt else ''}{doubt}"
    return _beside(f"key: [{scalar(f'TODO perhaps {draft.key.name}')}]", evidence)


def _key_evidence(key: Column) -> str:
    blank, again = key.rows - key.filled, key.filled - key.distinct
    evidence = f"{key.distinct} values in {key.rows} rows"
    if blank:
        evidence += f", blank in {blank}: a total or a footer?"
    return f"{evidence}{';' if blank else ':'} look at those that repeat" if again else evidence


def _values_file(each: Proposal, draft: Draft) -> str | None:
    """Return the name of the file with the distinct values of an undecided column; None where they are no code list."""
    column = each.column
    if each.sure or column.personal or column.listed or column.dated or column.unique or column is draft.key:
        return None
    short = all(len(value) <= LONGEST_VALUE for value in column.values)
    if not column.values or column.distinct > MOST_VALUES or column.decimals or not short:
        return None
    named = re.sub(r"[^a-z0-9]+", "_", plain(column.name)).strip("_")
    place = next(at for at, other in enumerate(draft.proposals, start=1) if other is each)
    return f"{place:02}_{named}.csv" if named else f"{place:02}.csv"


def _undecided(each: Proposal, file: str | None) -> str:
    name = scalar(each.column.name)
    if each.column.personal:
        return _beside(f"  {name}: personal data, not needed", each.column.personal)
    if each.column.listed:
        items = f"its items have: {', '.join(each.column.members)}" if each.column.members else ""
        return _beside(f"  {name}: TODO a list; see children in docs/mapping.md", items)
    if each.column.filled == 0:
        return f"  {name}: TODO empty in the sample"
    guess = f" perhaps {each.path} ({each.confidence:.2f} {'; '.join(each.evidence)})" if each.path else ""
    pointer = f"its words: crosswalks/{TODO_FOLDER}/{file}" if file else ""
    return _beside(f"  {name}: {scalar(f'TODO{guess}')}", pointer)


def _beside(line: str, comment: str) -> str:
    plain = _one_line(comment)
    return f"{line:<{COMMENTS_AT}}  # {plain}" if plain else line


def _one_line(comment: str) -> str:
    """Return a comment without line breaks: nothing from outside may break out of it."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in comment).split())


def _counted(column: Column) -> Iterator[CrosswalkLine]:
    """Yield the lines of a crosswalk that a person fills: each value, TODO, and how often it stands in the sample."""
    for value, count in column.values.items():
        yield CrosswalkLine(value, "TODO", "1 row" if count == 1 else f"{count} rows")


def _is_as_drafted(file: Path) -> bool:
    """Return whether nobody has filled in a code or a word of a file of values."""
    with file.open(encoding="utf-8-sig", newline="") as stream:
        lines = list(csv.reader(stream))[1:]
    return all(line[1:2] == ["TODO"] and COUNTED.fullmatch(line[-1]) for line in lines if line)
