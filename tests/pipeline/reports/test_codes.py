"""Unknown codes: ranked, put on a sheet, filled in, merged; and then a replay empties the quarantine."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from cli.screen import FINDINGS, FINE, guarded
from hub.errors import WrongUsage
from mappings.suggest import suggestion
from pipeline.reports.unmapped import apply_crosswalk, unmapped_values, write_sheet
from standards import standard
from tests.support.exchange import ask, submit
from tests.support.small_source import CAUSES, SMALL, SmallSource, fires

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("warehouse")
HEADER = "source,crosswalk,source_value,code,note\n"


def sheet(path: Path, *lines: str) -> Path:
    path.write_text(HEADER + "".join(f"{line}\n" for line in lines), "utf-8")
    return path


def open_rows() -> int:
    return int(ask("select count(*) as n from quarantine.row where state = 'open'")[0]["n"])


def test_gaps_are_ranked_by_the_rows_that_wait(small: SmallSource) -> None:
    submit(SMALL, "1.csv", fires("F1", "F2,2026-05-01 10:00,雷击", "F3,2026-05-01 10:00,线路短路"))
    submit(SMALL, "2.csv", fires("F4,2026-05-01 10:00,雷击"))
    first, second = unmapped_values()
    assert (first.value, first.rows, first.batches, first.column, first.crosswalk) == ("雷击", 2, 2, "cause", "cause")
    assert first.codelist == "fire_cause"
    assert (second.value, second.suggested, second.because) == ("线路短路", "electrical", "短路")
    assert unmapped_values("nobody/nothing") == []
    small.map("crosswalk: cause", "missing: [雷击, 线路短路], crosswalk: cause")
    assert [gap.crosswalk for gap in unmapped_values()] == ["cause", "cause"], "they wait until they are read again"


def test_the_whole_way_from_a_gap_to_a_repaired_row(
    small: SmallSource, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    submit(SMALL, "1.csv", fires("F1", "F2,2026-05-01 10:00,雷击", "F3,2026-05-01 10:00,=HYPERLINK(1)"))
    path = tmp_path / "gaps.csv"
    assert guarded(["code", "check", "--export", str(path)]) == FINDINGS
    text = path.read_bytes().decode("utf-8-sig")
    assert "\n'=HYPERLINK(1)" not in text
    assert ",'=HYPERLINK(1)," in text, "Excel must not take a word for a formula"
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["code"] for row in rows] == ["", ""]
    for row in rows:
        row["code"] = {"雷击": "lightning"}.get(row["source_value"], "arson")
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    before = (small.folder / "crosswalks" / "cause.csv").read_text("utf-8")
    assert guarded(["code", "merge", str(path), "--dry-run"]) == FINE
    assert (small.folder / "crosswalks" / "cause.csv").read_text("utf-8") == before
    assert guarded(["code", "merge", str(path)]) == FINE
    after = (small.folder / "crosswalks" / "cause.csv").read_text("utf-8")
    assert after.startswith(before)
    assert "\n'=HYPERLINK(1),arson" in after
    assert f"riskhub replay --source {SMALL}" in capsys.readouterr().out
    assert guarded(["plan", "--source", SMALL]) == FINE
    assert guarded(["replay", "--source", SMALL, "--yes"]) == FINE
    assert open_rows() == 0
    assert guarded(["code", "check"]) == FINE
    assert apply_crosswalk(path).known == len(rows), "merging twice adds nothing"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"{SMALL},cause,雷击,thunder,", "thunder is not a code"),
        (f"{SMALL},cause,雷击,ignored,", "needs a note"),
        (f"{SMALL},cause,短路,smoking,", "stands for electrical"),
        (f"{SMALL},grade,雷击,lightning,", "no crosswalk grade"),
        ("no/body,cause,雷击,lightning,", "no source no/body"),
    ],
)
def test_a_wrong_line_stops_the_whole_sheet(small: SmallSource, tmp_path: Path, line: str, said: str) -> None:
    path = small.folder / "crosswalks" / "cause.csv"
    before = path.read_bytes()
    with pytest.raises(WrongUsage, match="nothing was changed") as caught:
        apply_crosswalk(sheet(tmp_path / "s.csv", f"{SMALL},cause,闪电,lightning,", line))
    assert "3: " in str(caught.value.why)
    assert said in str(caught.value.why)
    assert path.read_bytes() == before


def test_two_answers_for_one_word_are_refused(small: SmallSource, tmp_path: Path) -> None:
    assert small.folder.exists()
    with pytest.raises(WrongUsage) as caught:
        apply_crosswalk(sheet(tmp_path / "s.csv", f"{SMALL},cause,雷击,lightning,", f"{SMALL},cause,雷击,arson,"))
    assert "two codes" in str(caught.value.why)


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", "source,crosswalk\n雷".encode("gb18030")])
def test_what_is_no_sheet_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "s.csv").write_bytes(content)
    with pytest.raises(WrongUsage):
        apply_crosswalk(tmp_path / "s.csv")


def test_prefill_takes_only_what_is_alike_enough(small: SmallSource, tmp_path: Path) -> None:
    submit(SMALL, "1.csv", fires("F2,2026-05-01 10:00,雷电击中", "F3,2026-05-01 10:00,线路短路"))
    assert small.folder.exists()
    assert write_sheet(tmp_path / "s.csv", unmapped_values(), prefill=0.85) == 2
    rows = list(csv.DictReader((tmp_path / "s.csv").open(encoding="utf-8-sig")))
    assert {row["source_value"]: row["code"] for row in rows}["线路短路"] == "electrical"
    assert [row["code"] for row in rows].count("") == 1


def test_suggestions_come_from_labels_and_known_words() -> None:
    causes = standard().codelists["fire_cause"]
    assert suggestion("LIGHTNING", causes, {}).code == "lightning"  # type: ignore[union-attr]
    assert suggestion("短路了", causes, dict(CAUSES)).because == "短路"  # type: ignore[union-attr]
    assert suggestion("qqqq", causes, {}) is None


def test_numbers_and_abbreviations_are_no_likeness() -> None:
    lists = standard().codelists
    assert suggestion("Latvja", lists["country"], {}).code == "LVA"  # type: ignore[union-attr]
    guesses = [suggestion(word, lists["country"], {}) for word in ("QQ", "Ruritania", "Lead")]
    assert [guess and guess.because for guess in guesses] == [None, "Mauritania", "Poland"], "no abbreviation"
    assert suggestion("119", lists["fire_cause"], {"113": "cooking"}) is None
    assert suggestion("999", lists["unit"], {"099": "FTQ"}) is None
    assert suggestion("099", lists["unit"], {"099": "FTQ"}).code == "FTQ"  # type: ignore[union-attr]
