"""A source folder that is wrong says what, where, and what was probably meant; all of it at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hub.errors import FixTheHub
from mappings.engine import find_sources, read_source, version_of
from tests.support.folders import FIRE, write_source

if TYPE_CHECKING:
    from pathlib import Path

CAUSE = "  cause_code: {column: cause, crosswalk: cause}\n"


def complaint(folder: Path) -> str:
    with pytest.raises(FixTheHub) as raised:
        read_source(folder)
    assert raised.value.where == "hn_test/things"
    return raised.value.why


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("  area_m2: {colum: a, decimal: 2}\n", ["mapping.yml:13 fields.area_m2.colum:", "Did you mean column?"]),
        ("  area_m3: {column: a, decimal: 2}\n", ["no field area_m3", "Did you mean area_m2?"]),
        ("  area_m2: {column: a, date: ['%Y']}\n", ["area_m2 is of type decimal128(18, 2)", "Use decimal"]),
        ("  area_m2: a\n", ["area_m2 is of type decimal128(18, 2)"]),
        ("  area_m2: {column: a, decimal: 2, tz: Asia/Shanghai}\n", ["tz has no meaning together with decimal"]),
        (
            "  alarm_at: {constant: '2018', datetime: ['%Y'], tz: UTC}\n",
            [
                "alarm_at.datetime: datetime has no meaning together with constant",
                "tz has no meaning together with constant",
            ],
        ),
        ("  area_m2: {column: a, decimal: 2, date: ['%Y']}\n", ["at most one conversion; it has date, decimal"]),
        ("  area_m2: {column: a, constant: 2, decimal: 2}\n", ["exactly one of column, first"]),
        ("  area_m2: {column: a, decimal: 3}\n", ["keeps 2 places only"]),
        ("  area_m2: {column: a, decimal: two}\n", ['"two" is not the number of places to keep']),
        ("  area_m2: {column: a, decimal: 1, times: ten}\n", ["decimal factor"]),
        ("  alarm_at: {column: a, datetime: ['%d/%m/%Y', '%m/%d/%Y'], tz: UTC}\n", ["in two ways"]),
        ("  alarm_at: {column: a, datetime: ['%Y-%q'], tz: UTC}\n", ["because of %q"]),
        ("  alarm_at: {column: a, datetime: ['%Y']}\n", ["The key tz is missing"]),
        ("  alarm_at: {column: a, datetime: ['%Y'], tz: Asia/Sanghai}\n", ["no time zone Asia/Sanghai"]),
        ("  cause_code: {column: a, crosswalk: couse}\n", ["crosswalks/couse.csv", "Did you mean cause?"]),
        ("  cause_code: {constant: electricl}\n", ["not a code of the list fire_cause", "Did you mean electrical?"]),
        (
            "  hazard_class_code: {constant: zzz}\n",
            ["Its codes are health, physical, chemical, biological, environmental."],
        ),
        ("  summary: {column: a, extract: '(a)(b)'}\n", ["exactly one group"]),
        ("  summary: {column: a, extract: '(a'}\n", ["exactly one group"]),
        ("  summary: {function: nobody_wrote_it, columns: [a]}\n", ["mappings/functions/nobody_wrote_it.py"]),
        (
            "  is_battery_involved: {column: a, boolean: {true: [Y], false: [Y, N]}}\n",
            ["Y stands for true and for false"],
        ),
        ("ignore: {at: not needed}\n", ["read and ignored at once"]),
        ("personal: [nmae]\nignore: {name: not needed}\n", ["neither mapped nor ignored", "Did you mean name?"]),
        ("personal: [no]\n", ["The column no is personal, and source_record_no would hold it in clear"]),
        (
            "  narrative: a\n  summary: a\n",
            ["The column a fills narrative, which is closed to analysts", "also summary"],
        ),
        ("skip: [{column: no, reason: total}]\n", ["A condition needs at least one of in, starts"]),
        ("connecter: {kind: folder}\n", ["no key connecter", "Did you mean connector?"]),
        ("expect: {rows: {min: 5, max: 2}}\n", ["min is greater than max"]),
        ("children: {goods: {fields: {name: a}}}\n", ["fire_incident has no children goods"]),
    ],
)
def test_mistakes_are_told_with_place_and_cure(tmp_path: Path, line: str, says: list[str]) -> None:
    folder = write_source(tmp_path, FIRE + line, crosswalks={"cause": "x,electrical,\n"})
    why = complaint(folder)
    for part in says:
        assert part in why


def test_all_mistakes_come_at_once(tmp_path: Path) -> None:
    body = (
        FIRE
        + "  arae_m2: {column: a, decimal: 2}\n  loss_cny: {colunm: b}\n  cause_code: {column: c, crosswalk: cause}\n"
    )
    folder = write_source(tmp_path, body, crosswalks={"cause": "a,electricall,\nb,,\na,other,\nc,ignored,\n"})
    why = complaint(folder).splitlines()
    assert [each.split(" ")[0] for each in why] == [
        "mapping.yml:13",
        "mapping.yml:14",
        "mapping.yml:14",
        "crosswalks/cause.csv:2",
        "crosswalks/cause.csv:3",
        "crosswalks/cause.csv:3",
        "crosswalks/cause.csv:4",
        "crosswalks/cause.csv:5",
    ]


def test_required_fields_must_be_mapped(tmp_path: Path) -> None:
    assert "requires event_at" in complaint(write_source(tmp_path, "fields: {source_record_no: no, incident_no: no}\n"))


def test_the_key_must_be_mapped(tmp_path: Path) -> None:
    assert "key column no is not mapped" in complaint(write_source(tmp_path, FIRE.replace(": no", ": number")))


def test_a_crosswalk_that_nobody_uses(tmp_path: Path) -> None:
    assert "No rule uses" in complaint(write_source(tmp_path, crosswalks={"cause": "x,electrical,\n"}))


def test_names_are_those_of_the_folders(tmp_path: Path) -> None:
    folder = write_source(tmp_path)
    moved = folder.rename(folder.with_name("others"))
    with pytest.raises(FixTheHub, match="1 mistakes"):
        read_source(moved)


def test_broken_folders_do_not_hide_the_others(tmp_path: Path) -> None:
    write_source(tmp_path / "a")
    (tmp_path / "a" / "hn_test" / "broken").mkdir()
    (tmp_path / "a" / "hn_test" / "broken" / "mapping.yml").write_text("[")
    found = find_sources([tmp_path / "a"])
    assert [folder.name for folder in found] == ["broken", "things"]
    assert read_source(found[1]).name == "hn_test/things"


def test_the_version_follows_the_meaning(tmp_path: Path) -> None:
    folder = write_source(tmp_path, FIRE + CAUSE, crosswalks={"cause": "x,electrical,\n"})
    before = read_source(folder).version
    (folder / "sample.csv").write_text("no\n")
    assert version_of(folder) == before
    (folder / "crosswalks" / "cause.csv").write_text("source_value,code,note\nx,other,\n")
    assert version_of(folder) != before
