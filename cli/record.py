"""Commands about records: `record export` writes alerts and trace events as messages that others read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.app import group
from cli.screen import Json, SourceOption, made_folder, out, print_json
from hub import clock
from hub.durable import write_durable
from hub.errors import WrongUsage
from hub.messages import error_of, sentence
from standards import standard
from standards.exchange import cap, epcis
from standards.exchange.cap import cap_files
from standards.exchange.epcis import epcis_files
from standards.exchange.record_lines import records_of_file

if TYPE_CHECKING:
    from standards.schema import Json as Record

record_app = group("record", "Records: what the warehouse holds, in the messages of others.")
Folder = Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder to write into.")]
File = Annotated[
    Path | None,
    typer.Option(
        "--from",
        metavar="FILE.jsonl",
        exists=True,
        dir_okay=False,
        help="Records of a file, one as JSON on each line; no hub is needed.",
    ),
]


@record_app.command()
def export(  # noqa: PLR0913 - the options of one command
    folder: Folder,
    source: SourceOption = None,
    file: File = None,
    sender: Annotated[
        str | None, typer.Option(metavar="NAME", help="With --cap: the sender of an alert that names no authority.")
    ] = None,
    *,
    cap_form: Annotated[
        bool, typer.Option("--cap", help="Alerts as CAP 1.2: one message for each, with one info for each language.")
    ] = False,
    epcis_form: Annotated[bool, typer.Option("--epcis", help="Trace events as one EPCIS 2.0 document.")] = False,
    as_json: Json = False,
) -> None:
    """Write records of the warehouse, or of a file, in the form of others.

    What is personal, sensitive or shared with nobody is left out of records of the warehouse.  Fields for which the
    form has no place are counted.
    """
    if cap_form == epcis_form:
        raise error_of(WrongUsage, "record.one_form", known="--cap, --epcis")
    name = cap.RECORD_TYPE if cap_form else epcis.RECORD_TYPE
    records = _records(name, source, file)
    if cap_form:
        made = cap_files(records, standard(), sender or (source or "unknown").partition("/")[0])
    else:
        made = epcis_files(records, clock.now())
    made_folder(folder)
    for path, content in made.files.items():
        write_durable(folder / path, content)
    if as_json:
        print_json(
            {
                "record_type": name,
                "records": len(records),
                "files": [str(folder / path) for path in made.files],
                "left_out": dict(made.left_out),
            }
        )
        return
    out.print(sentence("record.written", records=len(records), files=len(made.files), folder=folder), markup=False)
    if made.left_out:
        fields = ", ".join(f"{field} ({count})" for field, count in made.left_out.most_common())
        out.print(sentence("record.left_out", fields=fields), markup=False)


def _records(name: str, source: str | None, file: Path | None) -> list[Record]:
    record_type = standard().types[name]
    if file is not None:
        return records_of_file(file, record_type, standard())
    from pipeline.reports.records import current_records  # noqa: PLC0415 - a partner has no driver of the database
    from warehouse.connection import connect  # noqa: PLC0415

    with connect() as conn:
        return current_records(conn, record_type, source)
