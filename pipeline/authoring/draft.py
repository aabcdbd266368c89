"""Draft a source from a sample file: find out how it is to be read, read it, and let `mappings.draft` propose."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from connectors.readers.format import Format
from connectors.sandbox.reader import found_form, header, read
from hub.errors import RejectBatch, WrongUsage
from hub.messages import error_of
from hub.settings import environment_language
from mappings.draft import profile, propose, recognised, write_folder
from pipeline.corrections.xlsx_limits import sheet_name
from standards import standard
from validation.catalogue import render

if TYPE_CHECKING:
    from pathlib import Path

    from connectors.sandbox.reader import FoundForm
    from hub.source_options import FormatOptions
    from mappings.draft import Draft, TemplateTable

ROWS = 20_000  # of a sample that are looked at
SPREADSHEETS = ("xlsx", "xls", "xlsb", "ods")
HEADER_ROW = 2  # of a template: above it stand the labels


def draft_source(
    file: Path, folder: Path, record_type: str | None = None, form: FormatOptions | None = None, *, force: bool = False
) -> tuple[Draft, list[Path]]:
    """Write the draft of a source into a folder.

    Args:
        file: A sample, as the agency sends it.
        folder: The folder of the source, `.../<agency>/<feed>`; it is made if it is not there.
        record_type: The record type; None: the one whose fields the columns are most like.
        form: Keys of the mapping's `format:` that replace what was found out about the file.
        force: Write over a mapping that is there.

    Returns:
        The draft, and the files that were written.

    Raises:
        WrongUsage: No reader reads the file, the record type is unknown, or the folder has a mapping.
    """
    if record_type is not None and record_type not in standard().types:
        known = ", ".join(sorted(standard().types))
        raise error_of(WrongUsage, "standard.no_type", name=record_type, known=known)
    found, doubt = form_of(file)
    agreed: FormatOptions = {**found, **(form or {})}
    draft = propose(profile(sample_rows(file, agreed)), record_type)
    readings = doubt if agreed.get("encoding") == found.get("encoding") and "encoding" not in (form or {}) else ()
    return draft, write_folder(folder, draft, agreed, readings, force=force)


class FilledTemplate(NamedTuple):
    """A file that was made from a template, and the `format:` that reads it."""

    table: TemplateTable
    form: FormatOptions


def template_in(file: Path, record_type: str | None = None, form: FormatOptions | None = None) -> FilledTemplate | None:
    """Return what a file is whose columns are the fields of a record type; None where they are not.

    Args:
        file: A sample, as the agency sends it.
        record_type: The only record type that it may be.
        form: Keys of the mapping's `format:` that replace what was found out about the file.

    Raises:
        WrongUsage: There is no such file, or no reader reads it.
    """
    found: FormatOptions = {**form_of(file).form, **(form or {})}
    below: FormatOptions = {**found, "header": {"row": HEADER_ROW}}
    for each in (below, found) if found["kind"] in SPREADSHEETS else (found,):
        if table := recognised(_columns(file, each), record_type):
            named: FormatOptions = {**each, "sheet": sheet_name(table.record_type.name)}
            own = each is below and _columns(file, named)  # the other sheets of a template have no records
            return FilledTemplate(table, named if own else each)
    return None


def _columns(file: Path, form: FormatOptions) -> list[str]:
    """Return the columns of a file in a form; none where it cannot be read so."""
    try:
        return header(file, Format.of(form))
    except RejectBatch:
        return []


def sample_rows(file: Path, form: FormatOptions) -> pa.Table:
    """Return the first rows of a file as text, at least `ROWS` where it has so many.

    Args:
        file: The sample.
        form: The mapping's `format:`.

    Raises:
        WrongUsage: The file cannot be read in this form; the reason is what the reader says.
    """
    try:
        with read(file, Format.of(form)) as reading:
            schema = reading.schema
            batches = list(islice(_until(reading, ROWS), ROWS))
    except RejectBatch as fault:
        raise error_of(WrongUsage, "draft.not_read", why=_messages(fault), file=file.name, form=form["kind"]) from None
    return pa.Table.from_batches(batches, schema)


def _until(reading: Any, rows: int) -> Any:
    met = 0
    for batch in reading:
        yield batch
        met += batch.num_rows
        if met >= rows:
            return


def form_of(file: Path) -> FoundForm:
    """Return the `format:` of a file by its content, and how it reads in each encoding that it may have.

    Raises:
        WrongUsage: There is no such file, or no reader reads it.
    """
    if not file.is_file():
        raise error_of(WrongUsage, "cli.no_file", file=file)
    try:
        return found_form(file)
    except RejectBatch as fault:
        raise error_of(WrongUsage, "draft.not_made", why=_messages(fault), file=file.name) from None


def _messages(fault: RejectBatch) -> str:
    language = environment_language()
    return " ".join(render(each.code, language, **vars(each)).message for each in fault.findings)
