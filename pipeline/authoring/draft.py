"""Draft a source from a sample file: find out how it is to be read, read it, and let `mappings.draft` propose."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from connectors.readers.format import Format
from connectors.sandbox.reader import found_form, read
from hub.errors import RejectBatch, WrongUsage
from mappings.draft import profile, propose, write_folder
from standards import standard
from validation.catalogue import render

if TYPE_CHECKING:
    from pathlib import Path

    from mappings.draft import Draft
    from mappings.draft.writing import Readings

ROWS = 20_000  # of a sample that are looked at


def draft_source(
    file: Path, folder: Path, record_type: str | None = None, form: dict[str, Any] | None = None, *, force: bool = False
) -> tuple[Draft, list[Path]]:
    """Write the draft of a source into `folder`; return the draft and the files.

    `form` adds to what was found out about the file's form (`sheet`, `header` ...).  Raises WrongUsage for a file that
    no reader reads, an unknown record type, or a folder that has a mapping.
    """
    if record_type is not None and record_type not in standard().types:
        known = ", ".join(sorted(standard().types))
        raise WrongUsage(f"There is no record type {record_type}.", next_step=f"Record types: {known}.")
    found, doubt = form_of(file)
    agreed = {**found, **(form or {})}
    draft = propose(profile(sample_rows(file, agreed)), record_type)
    readings = doubt if agreed.get("encoding") == found.get("encoding") and "encoding" not in (form or {}) else ()
    return draft, write_folder(folder, draft, agreed, readings, force=force)


def sample_rows(file: Path, form: dict[str, Any]) -> pa.Table:
    """Return the first rows of a file as text; raise WrongUsage, with what the reader says, when there are none."""
    try:
        with read(file, Format.of(form)) as reading:
            schema = reading.schema
            batches = list(islice(_until(reading, ROWS), ROWS))
    except RejectBatch as fault:
        raise WrongUsage(
            f"{file.name} cannot be read as {form['kind']}.",
            why=_messages(fault),
            next_step="Say more about its form: --sheet, --header-row, --encoding, --delimiter, --records.",
        ) from None
    return pa.Table.from_batches(batches, schema)


def _until(reading: Any, rows: int) -> Any:
    met = 0
    for batch in reading:
        yield batch
        met += batch.num_rows
        if met >= rows:
            return


def form_of(file: Path) -> tuple[dict[str, Any], Readings]:
    """Return the `format:` of a file by its content, and how it reads in each encoding that it may have."""
    if not file.is_file():
        raise WrongUsage(f"There is no file {file}.", next_step="Name a file that exists.")
    try:
        return found_form(file)
    except RejectBatch as fault:
        raise WrongUsage(
            f"{file.name}: no draft can be made from this file.",
            why=_messages(fault),
            next_step="Draft from a file of a form in docs/formats.md, such as csv, xlsx, json or xml.",
        ) from None


def _messages(fault: RejectBatch) -> str:
    return " ".join(render(each.code, "en", **vars(each)).message for each in fault.findings)
