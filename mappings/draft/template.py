"""The source folder for a template of a record type, or for any table whose columns are named by the paths of fields.

Nothing in it is left to decide: every column is a field, and a cell may hold a code, its label, or both.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from hub.durable import make_folder, write_durable
from hub.errors import WrongUsage
from hub.i18n import say
from hub.messages import error_of
from hub.zones import CHINA
from mappings.draft.rules import Flow, flow, scalar
from mappings.engine.compile.crosswalk import CrosswalkLine, crosswalk_text
from mappings.engine.text.repair import ordinary
from standards import standard
from standards.exports.code_texts import MOST_CHOICES, code_of_text
from standards.exports.flat_columns import flat_columns, is_token, items_of, requested_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from hub.source_options import FormatOptions
    from standards import Field, RecordType

EXAMPLE = "EXAMPLE 示例"  # the record number of the row that only shows how to fill the others
NUMBER = "source_record_no"
POSITION = re.compile(r"^[a-z_]+\.(\d+)\.")
WRITTEN = ["%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"]  # days as people write them
DAYS = ["iso", *WRITTEN, "excel"]
MOMENTS = [
    "iso",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日%H时%M分",
    *WRITTEN,
    "excel",
]
YES_NO = {"yes": ("是", "yes", "true", "TRUE", "1"), "no": ("否", "no", "false", "FALSE", "0")}
TOKENS = ("vin", "plate", "serial")  # purposes of tokens that are not about a person


class TemplateTable(NamedTuple):
    """A table whose columns are the fields of a record type; of each list, `items` items have columns."""

    record_type: RecordType
    items: int


def recognised(names: Sequence[str], record_type: str | None = None) -> TemplateTable | None:
    """Return what a table is that has these columns; None where they are not the fields of exactly one record type.

    Args:
        names: The names of its columns.
        record_type: The only record type that it may be; any by default.
    """
    positions = [int(found[1]) for name in names if (found := POSITION.match(name))]
    items = max(positions, default=-1) + 1
    fits = [
        each
        for name, each in standard().types.items()
        if record_type in {None, name} and NUMBER in names and not {*names} - {*_paths(each, items)}
    ]
    fits = [each for each in fits if {column.path for column in flat_columns(each) if column.required} <= {*names}]
    return TemplateTable(fits[0], items) if len(fits) == 1 else None


def _paths(record_type: RecordType, items: int) -> Iterator[str]:
    yield from (column.path for column in flat_columns(record_type, items))


def write_template_source(
    folder: Path, table: TemplateTable, form: FormatOptions, *, force: bool = False
) -> list[Path]:
    """Write the folder of a source that delivers such tables, and return the files that were written.

    Args:
        folder: The folder of the source, `.../<agency>/<feed>`.
        table: What its files are.
        form: The mapping's `format:`.
        force: Write over a mapping that is there.

    Raises:
        WrongUsage: The folder has a mapping, and `force` is not given.
    """
    if (folder / "mapping.yml").exists() and not force:
        raise error_of(WrongUsage, "draft.exists", where=str(folder))
    lists: dict[str, None] = {}
    files = {folder / "mapping.yml": "\n".join(_lines(folder, table, form, lists)) + "\n"}
    for name in lists:
        files[folder / "crosswalks" / f"{name}.csv"] = _crosswalk(name)
    agency = folder.parent / "agency.yml"
    if not agency.exists():
        name = scalar(folder.parent.name)
        files[agency] = f"# The name that receipts show.\nname: {{zh: {name}, en: {name}}}\nlanguage: zh\n"
    for path, text in files.items():
        make_folder(path.parent)
        write_durable(path, text.encode())
    return list(files)


def _lines(folder: Path, table: TemplateTable, form: FormatOptions, lists: dict[str, None]) -> Iterator[str]:
    about = table.record_type
    columns = flat_columns(about, table.items)
    optional = [scalar(each.path) for each in columns if not each.required and not each.child]
    yield "# yaml-language-server: $schema=../../../mapping.schema.json"
    yield f"# Files made from the template of {about.name}: the columns are the fields of the standard."
    yield f"agency: {scalar(folder.parent.name)}"
    yield f"feed: {scalar(folder.name)}"
    yield f"title: {flow(dict(about.label))}"
    yield f"record_type: {about.name}"
    yield "connector: {kind: folder, complete: rename}"
    yield f"format: {flow({**form})}"
    yield f"key: [{NUMBER}]"
    yield "mode: upsert"
    if optional:
        yield f"optional: [{', '.join(optional)}]"
    yield ""
    yield "fields:"
    for each in columns:
        if not each.child:
            yield f"  {each.path}: {_rule(each.field, each.path, lists)}"
    yield from _children(table, lists)
    yield ""
    yield "skip:"
    reason = {language: say("template.example", language) for language in ("zh", "en")}
    yield f"  - {{column: {NUMBER}, in: [{scalar(EXAMPLE)}], reason: {flow(reason)}}}"


def _children(table: TemplateTable, lists: dict[str, None]) -> Iterator[str]:
    children = {child: each for child, each in table.record_type.tables.items() if child}
    if children and table.items:
        yield ""
        yield "children:"
    for child, each in children.items() if table.items else ():
        yield f"  {child}:"
        yield f"    repeat: {{from: 0, to: {items_of(each, table.items) - 1}, needed: 0}}"
        yield "    fields:"
        for field in requested_fields(each):
            yield f"      {field.path}: {_rule(field, f'{child}.{{n}}.{field.path}', lists)}"


def _rule(field: Field, column: str, lists: dict[str, None]) -> str:
    """Return the rule that reads a column into a field, and note the code list that its crosswalk is of."""
    verb = dict(_verb(field, lists))
    return str(flow({"column": column, **verb})) if verb else scalar(column)


def _verb(field: Field, lists: dict[str, None]) -> Iterator[tuple[str, object]]:
    kind = field.arrow
    if pa.types.is_timestamp(kind):
        yield from (("datetime", MOMENTS), ("tz", CHINA))
    elif pa.types.is_date(kind):
        yield "date", DAYS
    elif pa.types.is_boolean(kind):
        yes, no = (", ".join(scalar(each) for each in YES_NO[which]) for which in ("yes", "no"))
        yield "boolean", Flow(f"{{true: [{yes}], false: [{no}]}}")
    elif pa.types.is_decimal(kind):
        yield "decimal", kind.scale
    elif pa.types.is_integer(kind):
        yield "integer", True
    elif is_token(field):
        purpose = field.path.rpartition(".")[2].removesuffix("_token")
        yield "token", purpose if purpose in TOKENS else "person"
    elif field.codelist == "region":
        yield "region", True
    elif field.codelist is not None and not field.open and is_chosen(field):
        lists[field.codelist] = None
        yield "crosswalk", field.codelist


def is_chosen(field: Field) -> bool:
    """Whether the codes of a field are few enough to choose one from a list."""
    return field.codelist is not None and len(standard().codelists[field.codelist].codes) <= MOST_CHOICES


def _crosswalk(codelist: str) -> str:
    found: dict[str, str] = {}
    for text, code in code_of_text(standard().codelists[codelist]).items():
        for each in (text, ordinary(text)):  # cells are repaired before they are looked up
            found.setdefault(each, code)
    return crosswalk_text(CrosswalkLine(*pair) for pair in found.items())
