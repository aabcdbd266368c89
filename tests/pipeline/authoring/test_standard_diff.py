"""Two editions of the standard: each change has its kind, and says whom it concerns."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from cli.screen import FINDINGS, FINE, WRONG, guarded
from hub.settings import PROJECT
from standards import standard
from standards.comparison.changes import changes
from standards.comparison.facts import facts_of
from standards.exports.json_schema import json_schema_files
from tests.support.commands import json_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOW = PROJECT / "standards"
Edit = tuple[str, str]


@pytest.fixture
def edition(tmp_path: Path) -> Path:
    """Give a copy of the standard that a test changes."""
    folder = tmp_path / "standards"
    shutil.copytree(NOW, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return folder


def schema(change: Callable[[dict[str, Any]], object], name: str = "recall") -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        path = folder / "schemas" / f"{name}.schema.json"
        written = json.loads(path.read_text("utf-8"))
        change(written)
        path.write_text(json.dumps(written, ensure_ascii=False), "utf-8")

    return edit


def text(file: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        path = folder / file
        before = path.read_text("utf-8")
        assert old in before
        path.write_text(before.replace(old, new, 1), "utf-8")

    return edit


ABOUT = {"description": "N.", "description_zh": "注。"}
NOTE = {"type": "string", "maxLength": 9, "label": {"en": "N", "zh": "注"}, **ABOUT}
RULE = {"id": "r", "level": "error", "require": ["url"], "message": {"en": "No URL.", "zh": "无网址。"}}
CASES: dict[str, tuple[Callable[[Path], None], set[tuple[str, str]]]] = {
    "field gone": (schema(lambda s: s["properties"].pop("url")), {("breaking", "field_removed")}),
    "new field": (schema(lambda s: s["properties"].update(note=NOTE)), {("additive", "field_added")}),
    "new field that must be given": (
        schema(lambda s: (s["properties"].update(note=NOTE), s.setdefault("required", []).append("note"))),
        {("breaking", "required_added")},
    ),
    "must be given now": (schema(lambda s: s.setdefault("required", []).append("url")), {("breaking", "keyword")}),
    "shorter": (schema(lambda s: s["properties"]["url"].update(maxLength=9)), {("breaking", "keyword")}),
    "longer": (schema(lambda s: s["properties"]["url"].update(maxLength=9999)), {("additive", "keyword")}),
    "no pattern": (schema(lambda s: s["properties"]["url"].pop("pattern")), {("additive", "keyword")}),
    "label": (schema(lambda s: s["properties"]["url"]["label"].update(en="Link")), {("wording", "keyword")}),
    "rights": (schema(lambda s: s["properties"]["url"].update(share="none")), {("breaking", "keyword")}),
    "opened": (schema(lambda s: s["properties"]["kind_code"].update(open=True)), {("additive", "keyword")}),
    "rule": (schema(lambda s: s.setdefault("rules", []).append(RULE)), {("breaking", "rule_added")}),
    "warning": (
        schema(lambda s: s.setdefault("rules", []).append(RULE | {"level": "warning"})),
        {("additive", "rule_added")},
    ),
    "code gone": (
        text("codelists/sex.csv", "\n1,", "\n4,"),
        {("breaking", "code_removed"), ("additive", "code_added")},
    ),
    "type gone": (
        lambda folder: (folder / "schemas/recall.schema.json").unlink(),
        {("breaking", "type_removed")},
    ),
    "list gone": (lambda folder: (folder / "codelists/sex.csv").unlink(), {("breaking", "list_removed")}),
    "thresholds": (text("thresholds/fire_grade.csv", "yes", "no"), {("breaking", "file_changed")}),
}


@pytest.mark.parametrize("name", CASES)
def test_the_kind_of_a_change(name: str, edition: Path) -> None:
    edit, expected = CASES[name]
    edit(edition)
    assert {(each.kind, each.what) for each in changes(facts_of(NOW), facts_of(edition))} == expected


def test_the_same_edition_has_no_changes(edition: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert json_of(capsys, "standard", "diff", str(edition), str(NOW), code=FINE) == []
    assert json_of(capsys, "standard", "diff", str(edition), code=FINE) == [], "this edition by default"


def test_a_change_says_what_was_said_before_and_what_is_said_now(edition: Path) -> None:
    found = {}
    for name in ("label", "shorter", "no pattern"):
        CASES[name][0](edition)
        (changed,) = [each for each in changes(facts_of(NOW), facts_of(edition)) if each.about not in found]
        found[changed.about] = (changed.before, changed.after)
    declared = json.loads((NOW / "schemas" / "recall.schema.json").read_text("utf-8"))["properties"]["url"]
    assert found["maxLength"] == (str(declared["maxLength"]), "9")
    assert found["pattern"] == (declared["pattern"], ""), "a text as it is, without quotation marks"


def test_a_code_that_ends_or_is_worded_anew(edition: Path) -> None:
    path = edition / "codelists" / "recall_kind.csv"
    lines = path.read_text("utf-8").splitlines()
    cells = lines[1].split(",")
    cells[5] = "2027-01-01"
    other = lines[2].split(",")
    other[2] = "Something else"
    path.write_text("\n".join([lines[0], ",".join(cells), ",".join(other), *lines[3:], ""]), "utf-8")
    found = {(each.kind, each.what, each.about) for each in changes(facts_of(NOW), facts_of(edition))}
    assert found == {("breaking", "code_ended", cells[0]), ("wording", "code_reworded", other[0])}
    (worded,) = [each for each in changes(facts_of(NOW), facts_of(edition)) if each.what == "code_reworded"]
    assert worded.after == "Something else", "as it stands, without quotation marks"
    back = {(each.kind, each.what, each.about) for each in changes(facts_of(edition), facts_of(NOW))}
    assert ("additive", "code_extended", cells[0]) in back


def test_whom_a_change_concerns(edition: Path, capsys: pytest.CaptureFixture[str]) -> None:
    CASES["field gone"][0](edition)
    [change] = json_of(capsys, "standard", "diff", str(NOW), str(edition), code=FINDINGS)
    assert (change["record_type"], change["field"], change["kind"]) == ("recall", "url", "breaking")
    assert change["sources"] == ["us_cpsc/recalls", "us_nhtsa/recalls"], "the shipped sources that fill it"
    schema(lambda s: s["properties"].pop("vehicle_range"))(edition)
    found = json_of(capsys, "standard", "diff", str(NOW), str(edition), code=FINDINGS)
    gone = {each["field"]: each["sources"] for each in found if each["field"].startswith("vehicle_range")}
    assert gone["vehicle_range.*"] == ["kr_ts/vehicle_recalls", "us_nhtsa/recalls"], "not all of the type"
    schema(lambda s: s["properties"].pop("region_code"), "blocks/circumstances")(edition)
    found = json_of(capsys, "standard", "diff", str(NOW), str(edition), code=FINDINGS)
    fires = next(each for each in found if (each["record_type"], each["field"]) == ("fire_incident", "region_code"))
    assert "hn_fire/incidents" in fires["sources"]
    assert set(fires["marts"]) == {"mart.risk_event", "mart.event_party", "mart.rate_per_population"}


def test_exports_are_compared_by_what_they_have(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
        for name, content in json_schema_files(standard()).items():
            (folder / name).write_bytes(content)
    assert changes(facts_of(folders[0]), facts_of(NOW)) == [], "an export says the same, as far as it says it"
    assert changes(facts_of(folders[0]), facts_of(folders[1])) == []
    path = folders[1] / "recall.schema.json"
    written = json.loads(path.read_text("utf-8"))
    kinds = written["properties"]["kind_code"]["enum"]
    kinds.pop()
    path.write_text(json.dumps(written), "utf-8")
    [gone] = changes(facts_of(folders[0]), facts_of(folders[1]))
    assert (gone.kind, gone.what, gone.place) == ("breaking", "code_removed", "recall.kind_code")


def test_a_revision_and_what_is_none(edition: Path, capsys: pytest.CaptureFixture[str]) -> None:
    CASES["new field"][0](edition)
    found = json_of(capsys, "standard", "diff", str(NOW), str(edition), code=FINE)
    assert [each["kind"] for each in found] == ["additive"]
    if (PROJECT / ".git").exists():
        assert guarded(["standard", "diff", "HEAD", "HEAD"]) == FINE
    for name in ("no-such-revision", "--output=x", "HEAD:nothing"):
        assert guarded(["standard", "diff", "--", name, str(NOW)]) == WRONG != FINDINGS
    assert guarded(["standard", "diff", str(PROJECT / "docs"), str(NOW)]) == WRONG


def test_many_codes_are_one_line(edition: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = edition / "codelists" / "country.csv"
    path.write_text("\n".join(path.read_text("utf-8").splitlines()[:40]) + "\n", "utf-8")
    assert guarded(["standard", "diff", str(NOW), str(edition), "--language", "en"]) == FINDINGS
    text = capsys.readouterr().out
    lines = [line for line in text.splitlines() if "codelists/country" in line]
    assert len(lines) == 1
    assert "more" in lines[0]
    assert re.search(r"cn_credit/convictions .* and [0-9]+ more", " ".join(text.split()))
    assert "who/outbreak_news" not in text, "a list that every source reads does not fill pages with their names"
