"""Writing the drafted folder: mapping.yml with evidence beside every line, crosswalks, and agency.yml if there is none.

No value of the sample stands in it but words of code lists: evidence tells forms and counts.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from hub.errors import WrongUsage
from mappings.draft.proposing import common_fields
from mappings.draft.rules import flow, rule, scalar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from mappings.draft.proposing import Draft, Proposal
    from mappings.draft.seeing import Column

COMMENTS_AT = 60  # column in which the evidence begins, where the line is shorter
KNOWN_BY_ALL = ("hazard_class", "hazard_type")


def write_folder(folder: Path, draft: Draft, form: dict[str, Any], *, force: bool = False) -> list[Path]:
    """Write the drafted source into `folder` (`.../<agency>/<feed>`) and return the files written.

    Raises WrongUsage when a mapping is there already and `force` is not given.
    """
    if (folder / "mapping.yml").exists() and not force:
        raise WrongUsage("This source has a mapping already.", where=str(folder), next_step="--force writes over it.")
    crosswalks: dict[str, dict[str, str]] = {}
    text = mapping_text(folder.parent.name, folder.name, draft, form, crosswalks)
    (folder / "crosswalks").mkdir(parents=True, exist_ok=True)
    written = [folder / "mapping.yml"]
    written[0].write_text(text, "utf-8")
    for name, words in crosswalks.items():
        written.append(folder / "crosswalks" / f"{name}.csv")
        written[-1].write_text(_crosswalk(words), "utf-8")
    agency = folder.parent / "agency.yml"
    if not agency.exists():
        agency.write_text("name: {zh: TODO 单位名称, en: TODO name of the agency}\nlanguage: zh\n", "utf-8")
        written.append(agency)
    return written


def mapping_text(
    agency: str, feed: str, draft: Draft, form: dict[str, Any], crosswalks: dict[str, dict[str, str]]
) -> str:
    """Return mapping.yml; the crosswalks that it needs are added to `crosswalks`."""
    return "\n".join(_lines(agency, feed, draft, form, crosswalks)) + "\n"


def _lines(
    agency: str, feed: str, draft: Draft, form: dict[str, Any], crosswalks: dict[str, dict[str, str]]
) -> Iterator[str]:
    sure = [each for each in draft.proposals if each.sure]
    personal = [each.column for each in draft.proposals if each.column.personal]
    missing = sorted({word for each in draft.proposals for word in each.column.missing})
    rest = [each for each in draft.proposals if not each.sure]
    yield "# yaml-language-server: $schema=../../../mapping.schema.json"
    yield f"# Drafted from a sample: {len(sure)} of {len(draft.proposals)} columns, with confidence and evidence."
    yield f"# Decide on every TODO, then: riskhub source lint {agency}/{feed}"
    yield f"agency: {scalar(agency)}"
    yield f"feed: {scalar(feed)}"
    yield "title: {zh: TODO 标题, en: TODO title}"
    yield _record_type(draft)
    yield "connector: {kind: folder, complete: rename}"
    yield f"format: {flow({**form, **({'missing': missing} if missing else {})})}"
    key = scalar(draft.key.name) if draft.key else "TODO which columns tell rows apart"
    yield _beside(f"key: [{key}]", _said_of(draft.key) if draft.key else "")
    yield "mode: upsert"
    if personal:
        yield f"personal: [{', '.join(scalar(column.name) for column in personal)}]"
    yield ""
    yield "fields:"
    yield from _fields(draft, sure, crosswalks)
    if rest:
        yield ""
        yield "ignore:"
        yield from (_undecided(each) for each in rest)


def _record_type(draft: Draft) -> str:
    if draft.rivals is None:
        return f"record_type: {draft.record_type.name}"
    nearest = f"; nearest, and not near: {', '.join(draft.rivals)}" if draft.rivals else ""
    return _beside("record_type: TODO the columns are like no record type", f"draft again with --record-type{nearest}")


def _fields(draft: Draft, sure: list[Proposal], crosswalks: dict[str, dict[str, str]]) -> Iterator[str]:
    fields = {each.path: each for each in draft.record_type.tables[""].fields.values()}
    if draft.rivals is not None:  # what belongs to one type only is not asked for
        fields = {path: each for path, each in fields.items() if path in common_fields()}
    for each in sure:
        if each.path is None or each.target is None:
            continue
        written = rule(each, each.path, each.target, crosswalks)
        yield _beside(f"  {each.path}: {written}", f"{each.confidence:.2f} {'; '.join(each.evidence)}")
        for path in each.also:
            yield _beside(f"  {path}: {rule(each, path, fields[path], crosswalks)}", "the same column")
    for path, field in fields.items():
        if path in draft.filled:
            continue
        if field.required:
            yield f"  {path}: TODO required by the standard, and no column is like it"
        elif path == "country_code" or path in KNOWN_BY_ALL:
            yield f"  {path}: {{constant: TODO {'where it happens' if path == 'country_code' else 'which hazard'}}}"
    yield from _companions(draft)


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


def _said_of(key: Column) -> str:
    return f"{key.distinct} values in {key.rows} rows" + (
        "" if key.distinct == key.rows else ": look at those that repeat"
    )


def _undecided(each: Proposal) -> str:
    name = scalar(each.column.name)
    if each.column.personal:
        return _beside(f"  {name}: personal data, not needed", each.column.personal)
    if each.column.listed:
        return f"  {name}: TODO a list; see children in docs/mapping.md"
    if each.column.filled == 0:
        return f"  {name}: TODO empty in the sample"
    guess = f" perhaps {each.path} ({each.confidence:.2f} {'; '.join(each.evidence)})" if each.path else ""
    return f"  {name}: {scalar(f'TODO{guess}')}"


def _beside(line: str, comment: str) -> str:
    # A comment ends with its line: nothing from outside may break out of it.
    plain = " ".join("".join(sign if sign.isprintable() else " " for sign in comment).split())
    return f"{line:<{COMMENTS_AT}}  # {plain}" if plain else line


def _crosswalk(words: dict[str, str]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["source_value", "code", "note"])
    writer.writerows(_sorted(words.items()))
    return stream.getvalue()


def _sorted(words: Iterable[tuple[str, str]]) -> list[tuple[str, str, str]]:
    return [(word, code, "") for word, code in words]
