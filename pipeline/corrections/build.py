"""Make the answers of a batch: the workbook for everybody, and delimited text for those who sent that."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from connectors.readers.format import HEADER_NONE
from hub.i18n import say
from hub.receipt import Document
from pipeline.corrections.csv_file import csv_correction_file, habits_of
from pipeline.corrections.delivery import is_package
from pipeline.corrections.select_rows import choose
from pipeline.corrections.summary_sheet import About
from pipeline.corrections.xlsx_file import xlsx_correction_file
from pipeline.sources import format_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    import pyarrow as pa

    from connectors.readers.format import Format
    from hub.finding import FindingLine
    from hub.receipt import CorrectionSummary
    from mappings.engine import Source


@dataclass(frozen=True)
class Submission:
    """What is known of a batch when its answers are made; without `batch_id` nothing can be sent back to it."""

    name: str  # of its receipts
    batch_id: str | None
    file_name: str
    received_at: datetime | None


@dataclass(frozen=True)
class CorrectionFiles:
    """The files that go back, and what receipts say of them."""

    documents: list[Document] = field(default_factory=list)
    summary: CorrectionSummary | None = None


def build_correction_files(  # noqa: PLR0913 - what correction files tell
    path: Path,
    source: Source,
    submission: Submission,
    evidence: pa.Table,
    *,
    columns: list[str],
    rows: int,
    findings: Sequence[FindingLine],
) -> CorrectionFiles:
    """Return the correction files of an evaluated batch; none when no row was quarantined.

    Args:
        path: The bytes as delivered.
        source: The source.
        submission: The batch, as its receipt names it.
        evidence: The quarantined rows with what is wrong with each (`EVIDENCE`).
        columns: The columns of the file, in its order.
        rows: How many rows the whole batch has.
        findings: The findings of the whole batch.
    """
    if not evidence.num_rows:
        return CorrectionFiles()
    fmt, language = format_of(source), source.language
    chosen = choose(evidence, columns, submission.batch_id, language, tuple(each.name for each in source.record_types))
    about = About(
        source=source.name,
        feed_title=source.title[language],
        file_name=submission.file_name,
        batch_id=submission.batch_id,
        received_at=submission.received_at,
        language=language,
        read=rows,
        quarantined=chosen.of,
        shown=len(chosen.rows),
        whole=not source.lists,
        findings=findings,
        sheet=evidence["source_sheet"][0].as_py(),
    )
    name = f"{submission.name}.fix"
    made = [Document("xlsx", f"{name}.xlsx", xlsx_correction_file(chosen, source, fmt, about))]
    if _is_plain_text(fmt) and not is_package(path):  # who sends our workbook back works with that
        title = f"{about.title} {say('answer.step_mend', language)}"
        body = csv_correction_file(chosen, fmt, habits_of(path, fmt), language, title)
        made.append(Document("csv", f"{name}.csv", body))
    summary: CorrectionSummary = {
        "files": [document.name for document in made],
        "rows": about.shown,
        "of": about.quarantined,
        "can_return": about.whole and submission.batch_id is not None,
    }
    return CorrectionFiles(made, summary)


def _is_plain_text(fmt: Format) -> bool:
    """Whether the sender's form is one that delimited text of ours can have: one sign between cells, and names."""
    plain = fmt.kind == "csv" and not fmt.archive
    return (
        plain
        and len(fmt.delimiter) == 1
        and not fmt.second_delimiter
        and fmt.header_rows == 1
        and fmt.header != HEADER_NONE
    )
