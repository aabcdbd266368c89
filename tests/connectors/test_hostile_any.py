"""Every file of the hostile corpora, whatever it is, through the door for unknown files: rows or a clear verdict, soon.

The figures (files tried, read, refused, crashed) are printed with `-s` and kept in RISKHUB_HOME/hostile.json.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from connectors.readers.magic import detect_kind
from hub.settings import settings
from tests.support.delivered import delivered, here
from tests.support.hostile.verdicts import CRASHES, judge_any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SOON = 15.0  # seconds of the processor; three times what is promised, for a slow machine
SMALL = 1 << 20
MEMBER = "sent/in a package"  # a finding says which file of it is meant
# What may end the process that reads is read in a child of its own; texts are read here, a thousand a minute.
BINARY = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".zip", ".gz", ".gzz", ".bz2", ".zst", ".tar", ".xml", ".parquet")
CORPORA = (
    "archive-safearchive", "blns", "csv-spectrum", "csvw-tests", "duckdb-csv", "encodings-charset-normalizer",
    "generated", "identifiers-stdnum", "json-schema-test-suite", "jsontestsuite", "messytables-horror", "payload-lists",
    "unicode-confusables", "xls-calamine", "xls-openpyxl", "xml-defusedxml", "yaml-test-suite",
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("corpus", CORPORA)
def test_every_file_is_read_or_refused(shared: Callable[[str], Path], corpus: str) -> None:
    figures: Counter[str] = Counter()
    for path in sorted(each for each in shared(f"hostile/{corpus}").rglob("*") if each.is_file()):
        before = time.process_time()
        packed = detect_kind(path.read_bytes()[:600]) is not None
        alone = packed or path.suffix.lower() in BINARY
        outcome = delivered(path, kind="any") if alone else here(path, kind="any", member=MEMBER)
        assert alone or all(finding.file == MEMBER for finding in outcome.verdict), f"{path}: {outcome.verdict}"
        figures["tried"] += 1
        figures["crashed"] += bool(CRASHES & {*outcome.codes})
        figures["refused" if outcome.verdict else "read"] += 1
        figures["slow"] += path.stat().st_size < SMALL and time.process_time() - before > SOON
        judge_any(outcome, path)
    _keep(corpus, dict(figures))
    assert figures["tried"]
    assert not figures["crashed"]
    assert not figures["slow"]


def _keep(corpus: str, figures: dict[str, int]) -> None:
    print(corpus, figures)  # noqa: T201 - for the note
    kept = settings().home / "hostile.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    known = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
    kept.write_text(json.dumps({**known, corpus: figures}, indent=1), "utf-8")
