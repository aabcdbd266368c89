"""Commands about the standard: `standard export`, `template`, `sample`, `diff`, `docs`.  They need no hub."""

from __future__ import annotations

from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.app import group
from cli.screen import FINDINGS, FINE, Json, made_folder, out, print_json, print_list
from hub.durable import write_durable
from hub.errors import WrongUsage
from hub.messages import error_of, sentence
from hub.settings import settings
from mappings.draft import TemplateTable
from pipeline.authoring.catalogue_workbook import catalogue_workbook_files
from pipeline.authoring.data_contracts import data_contract_files
from pipeline.authoring.sample import sample_files, sample_of
from pipeline.authoring.standard_diff import standard_diff
from pipeline.authoring.standard_site import standard_site
from pipeline.authoring.template import template_workbook
from standards import standard
from standards.comparison.changes import BREAKING
from standards.exports.data_package import data_package_files
from standards.exports.dcat import dcat_files
from standards.exports.flat_columns import ITEMS, flat_columns
from standards.exports.json_schema import json_schema_files
from standards.exports.resource_catalogue import resource_catalogue_files
from standards.schema import SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pipeline.authoring.standard_diff import Concerned
    from standards import RecordType

standard_app = group(
    "standard", "The standard: its record types and code lists, in the forms that people and machines need."
)
STANDARDS = SCHEMAS.parent
FEW = 5  # names in a cell of the differences; --json has them all
DIFFERS = ("change", "place", "what", "sources", "marts")
FORMS: dict[str, Callable[[], dict[str, bytes]]] = {
    "--jsonschema": lambda: json_schema_files(standard()),
    "--datapackage": lambda: data_package_files(standard()),
    "--odcs": data_contract_files,
    "--dcat": lambda: dcat_files(standard()),
    "--catalogue": lambda: resource_catalogue_files(standard()) | catalogue_workbook_files(standard()),
}

Folder = Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder to write into.")]
JsonSchema = Annotated[
    bool,
    typer.Option(
        "--jsonschema", help="JSON Schema 2020-12: one self-contained file for each record type, and one for all."
    ),
]

TypeArgument = Annotated[str, typer.Argument(metavar="TYPE", help="The record type.")]
Workbook = Annotated[Path, typer.Option("--out", metavar="FILE.xlsx", help="The workbook to write.")]


@standard_app.command()
def export(  # noqa: PLR0913 - the forms
    folder: Folder,
    *,
    jsonschema: JsonSchema = False,
    datapackage: Annotated[
        bool, typer.Option("--datapackage", help="Data Package 2: tables and code lists with Table Schema.")
    ] = False,
    odcs: Annotated[bool, typer.Option("--odcs", help="ODCS 3.1: a data contract for each source.")] = False,
    dcat: Annotated[bool, typer.Option("--dcat", help="DCAT-AP 3 as JSON-LD: a dataset for each record type.")] = False,
    catalogue: Annotated[
        bool,
        typer.Option("--catalogue", help="GB/T 21063: a csv and a workbook with a row for each item of information."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Write the standard in the forms of others."""
    chosen = (jsonschema, datapackage, odcs, dcat, catalogue)
    wanted = [form for form, given in zip(FORMS, chosen, strict=True) if given]
    if not wanted:
        raise error_of(WrongUsage, "standard.no_form", known=", ".join(FORMS))
    files: dict[str, bytes] = {}
    for form in wanted:
        files |= FORMS[form]()
    _write(folder, files, as_json=as_json)


@standard_app.command()
def template(
    name: TypeArgument,
    file: Workbook,
    items: Annotated[int, typer.Option(min=0, max=50, help="How many items of each list have columns.")] = ITEMS,
    *,
    as_json: Json = False,
) -> None:
    """Write the workbook in which a sender enters records of a type.

    It has drop-downs for codes, notes on every field and an example row.  `source new` makes a source from it that
    reads the filled workbook.
    """
    table = TemplateTable(_type(name), items)
    made_folder(file.parent)
    write_durable(file, template_workbook(table, settings().language))
    columns = len(flat_columns(table.record_type, items))
    if as_json:
        print_json({"file": str(file), "record_type": name, "columns": columns})
    else:
        out.print(sentence("template.written", file=file, columns=columns, type=name), markup=False)


@standard_app.command()
def sample(  # noqa: PLR0913 - the options of one command
    name: TypeArgument,
    folder: Folder,
    count: Annotated[int, typer.Option("-n", "--count", min=1, metavar="N", help="How many records.")] = 100,
    seed: Annotated[int, typer.Option(help="Another number gives other records.")] = 1,
    bad: Annotated[
        str, typer.Option(metavar="SHARE", help="The share of records with something wrong, such as 5% or 0.05.")
    ] = "0",
    *,
    as_json: Json = False,
) -> None:
    """Write invented records of a type, right and wrong ones: the same ones for the same seed.

    TYPE.jsonl and TYPE.csv have the records; TYPE.findings.csv says what is wrong with which, and which finding is
    expected.
    """
    _write(folder, sample_files(sample_of(_type(name), count, seed, _share(bad))), as_json=as_json)


def _share(text: str) -> float:
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise error_of(WrongUsage, "sample.bad_share", text=text)
    return share


@standard_app.command()
def docs(folder: Folder, *, as_json: Json = False) -> None:
    """Write the standard as a static site in both languages, which needs no server: start at index.html."""
    _write(folder, standard_site(), as_json=as_json)


@standard_app.command()
def diff(
    old: Annotated[str, typer.Argument(metavar="A", help="A folder with an edition, or a git revision.")],
    new: Annotated[str, typer.Argument(metavar="B", help="The edition that it is compared with.")] = str(STANDARDS),
    *,
    as_json: Json = False,
) -> int:
    """Compare two editions of the standard: what breaks senders or readers, what is new, what is only worded anew.

    A folder is that of a checkout or of exported JSON Schemas.  Exit code 1 when something breaks, 0 otherwise.
    """
    found = standard_diff(old, new)
    if as_json:
        print_json([{**asdict(each.change), "sources": each.sources, "marts": each.marts} for each in found])
    elif found:
        alike = groupby(found, key=lambda each: (each.change.kind, each.change.what, each.change.place))
        print_list(DIFFERS, [_difference([*group]) for _, group in alike])
    else:
        out.print(sentence("diff.same"))
    return FINDINGS if any(each.change.kind == BREAKING for each in found) else FINE


def _difference(alike: list[Concerned]) -> tuple[str, ...]:
    """Return the cells of a line about changes of one kind at one place: the first of them, and how many there are."""
    first = alike[0].change
    text = sentence(f"diff.what.{first.what}", about=first.about, before=first.before, after=first.after)
    if len(alike) > 1:
        text = sentence("diff.more", first=text, count=len(alike) - 1)
    return sentence(f"diff.{first.kind}"), first.place, text, _few(alike[0].sources), _few(alike[0].marts)


def _few(names: Sequence[str]) -> str:
    """Return the first names, and how many more there are where they would fill a page."""
    if len(names) <= FEW + 1:
        return " ".join(names)
    return sentence("diff.more_names", shown=" ".join(names[:FEW]), count=len(names) - FEW)


def _type(name: str) -> RecordType:
    found = standard().types.get(name)
    if found is None:
        raise error_of(WrongUsage, "standard.no_type", name=name, known=", ".join(sorted(standard().types)))
    return found


def _write(folder: Path, files: Mapping[str, bytes], *, as_json: bool) -> None:
    for name, content in files.items():
        path = folder / name
        made_folder(path.parent)
        write_durable(path, content)
    if as_json:
        print_json([str(folder / name) for name in files])
    else:
        out.print(sentence("standard.written", count=len(files), folder=folder), markup=False)
