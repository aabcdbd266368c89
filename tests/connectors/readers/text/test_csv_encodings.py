"""Whole tables in each encoding that partners use: the same cells as Python reads, across many blocks."""

from __future__ import annotations

import csv
import io
import random
from typing import TYPE_CHECKING

import pytest

from tests.support.delivered import here

if TYPE_CHECKING:
    from pathlib import Path

WORDS = {
    "utf-8": "电动自行车 Ø 자동차 リコール 𠮷",
    "utf-8-sig": "电动自行车 Ø 자동차",
    "utf-16": "电动自行车 Ø 자동차 𠮷",
    "gb18030": "电动自行车 臺 㐀 𠮷 €",
    "gbk": "电动自行车 锂电池热失控 臺",
    "cp1252": "Église – “fumée” € Ärger",
    "iso8859-1": "Église fumée Ärger ±",
    "cp949": "자동차 결함 리콜 똠방각하",
    "big5": "電動自行車 起火 臺灣",
    "cp932": "自動車のリコール ①",
}
ROWS = 3_000


@pytest.mark.parametrize("encoding", WORDS)
def test_cells_are_those_that_python_reads(tmp_path: Path, encoding: str) -> None:
    chance, words = random.Random(7), WORDS[encoding].split(" ")
    awkward = ["", " ", '"', ",", "\n", "\r\n", '""', "0012", "=1", "-"]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["no", words[0], "note"])
    for no in range(ROWS):
        writer.writerow([no, chance.choice(words), "".join(chance.choices(words + awkward, k=chance.randrange(5)))])
    path = tmp_path / "1.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    declared = "utf-8" if encoding.startswith("utf-8") else encoding
    outcome = here(path, kind="csv", encoding=declared)
    assert not outcome.verdict
    assert not outcome.faults
    header, *rows = csv.reader(io.StringIO(text.getvalue(), newline=""))
    assert [[row[name] for name in header] for row in outcome.cells] == rows
