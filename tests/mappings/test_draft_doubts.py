"""What speaks against a proposal: the draft leaves it to a person rather than be confidently wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
import yaml

from hub.errors import FixTheHub
from mappings.draft import column_profile, profile, propose, rules, write_folder
from mappings.draft.writing import mapping_text
from mappings.engine import read_source
from mappings.engine.text.repair import half_width

if TYPE_CHECKING:
    from pathlib import Path

    from mappings.draft import Draft, Proposal

CSV = {"kind": "csv", "encoding": "utf-8"}


def proposal(name: str, values: list[str], record_type: str = "fire_incident") -> Proposal:
    rows = pa.table({"incident number": [f"F{at}" for at in range(len(values))], name: values})
    return propose(profile(rows), record_type).proposals[1]


def key(draft: Draft) -> str:
    return str(yaml.safe_load(mapping_text("a", "b", draft, CSV, {}))["key"][0])


@pytest.mark.parametrize(
    ("name", "values", "record_type", "doubt"),
    [
        ("lat", ["5051200", "5051201", "5051202"], "fire_incident", "outside of -90 to 90"),
        ("longitude", ["1081000", "1101000", "1102000"], "fire_incident", "outside of -180 to 180"),
        ("age", ["34", "217", "201", "8"], "injury_case", "outside of 0 to 130"),
        ("deaths", ["-3", "-4", "0"], "fire_incident", "outside of 0 or more"),
        ("call type", ["Fire", "Fire", "Fire"], "fire_incident", "one value in all rows"),
        ("fire cause text", ["", "", ""], "fire_incident", "empty in the sample"),
        ("units", ["ppm", "mg/L", "mg/cm2"], "fire_incident", "may mean anything"),
        ("level", ["2", "4", "6"], "fire_incident", "may mean anything"),
        ("product code", ["0306.33.29", "0712.90.10", "0714.90.11"], "injury_case", "do not have the form"),
        ("narrative", ["12", "13", "14"], "fire_incident", "numbers where words are meant"),
        ("注册日期", ["2026-01-02", "2026-02-03", "2026-03-05"], "fire_incident", "another time"),
    ],
)
def test_values_or_name_speak_against_it(name: str, values: list[str], record_type: str, doubt: str) -> None:
    found = proposal(name, values, record_type)
    assert not found.sure
    assert doubt in " ".join(found.evidence)


def test_a_slip_or_a_sentinel_does_not_speak_against_a_column() -> None:
    assert proposal("lat", [*(f"20.{at:02}" for at in range(99)), "99.9999"]).sure


@pytest.mark.parametrize(
    ("values", "is_boolean"),
    [(["0", "1", "0"], True), (["0", "1", "2"], False), (["Y", "N", "U"], False), (["0"] * 300 + ["1", "2"], False)],
)
def test_a_third_value_is_no_boolean(values: list[str], *, is_boolean: bool) -> None:
    rows = pa.table({"Declaration ID": [f"D{at}" for at in range(len(values))], "Fraud": values})
    assert propose(profile(rows), "customs_declaration").proposals[1].sure is is_boolean


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("序号", ["1", "2", "3", "4"]),
        ("#", ["0", "1", "2", "3"]),
        ("No.", ["1", "2", "3", "4"]),
        ("第一数量", ["36496998", "14938", "41793911", "77"]),
        ("总价", ["10.5", "11.25", "12.75", "9.99"]),
        ("topic strength", ["0.38", "0.42", "0.43", "0.44"]),
        (
            "due date",
            ["2026-03-04T15:13:25.845", "2026-03-04T15:13:15.224", "2026-03-05T15:13:15.1", "2026-03-06T00:00:01"],
        ),
        ("variable", ["a", "b", "c", "d"]),
    ],
)
def test_what_is_unique_by_chance_is_no_key(name: str, values: list[str]) -> None:
    draft = propose(profile(pa.table({name: values, "text": ["p", "q", "p", "q"]})))
    assert key(draft).startswith("TODO")
    assert "source_record_no" not in draft.filled


def test_a_number_that_counts_the_rows_is_asked_about() -> None:
    draft = propose(profile(pa.table({"ID": ["1", "2", "3"], "text": ["p", "q", "p"]})))
    text = mapping_text("a", "b", draft, CSV, {})
    assert "TODO perhaps ID" in text
    assert "it counts the rows of this file" in text


def test_names_that_mean_anything_decide_on_no_record_type() -> None:
    rows = {"Name": ["Alpha Ltd", "Beta Inc"], "Country": ["US", "KR"], "Description": ["p", "q"], "Title": ["x", "y"]}
    assert propose(profile(pa.table(rows))).rivals is not None


def test_the_time_of_a_report_is_not_that_of_the_event() -> None:
    dates = ["2026-03-25", "2026-03-26", "2026-03-27"]
    draft = propose(profile(pa.table({"id": ["a", "b", "c"], "report date": dates, "entered": dates})), "recall")
    assert "event_at" not in draft.filled


@pytest.mark.parametrize(
    ("words", "are_codes"),
    [
        (["x" * 80, "y"], True),
        (["x" * 81, "y"], False),
        ([f"word {at}" for at in range(300)], True),
        ([f"word {at}" for at in range(301)], False),
    ],
)
def test_many_or_long_words_are_no_codes(words: list[str], tmp_path: Path, *, are_codes: bool) -> None:
    rows = pa.table({"警情编号": [f"F{at}" for at in range(2 * len(words))], "problem": words * 2})
    folder = tmp_path / "hn_x" / "fires"
    write_folder(folder, propose(profile(rows), "fire_incident"), CSV)
    assert (folder / "crosswalks" / "todo").exists() == are_codes


def test_words_of_undecided_columns_wait_beside_the_crosswalks(tmp_path: Path) -> None:
    rows = pa.table(
        {
            "警情编号": [f"F{at}" for at in range(6)],
            "problem": ["TRASH", "TRASH", "GRASS", "TRASH", "=1+1", "GRASS"],
            "报警人姓名": ["王一", "李二", "王一", "李二", "王一", "李二"],
            "story": ["x" * 100, "y"] * 3,
        }
    )
    folder = tmp_path / "hn_x" / "fires"
    write_folder(folder, propose(profile(rows), "fire_incident"), CSV)
    (words,) = (folder / "crosswalks" / "todo").iterdir()
    assert words.read_text("utf-8").splitlines() == [
        "source_value,code,note",
        "TRASH,TODO,3 rows",
        "GRASS,TODO,2 rows",
        "'=1+1,TODO,1 row",  # a person opens it in a spreadsheet
    ]
    assert f"crosswalks/todo/{words.name}" in (folder / "mapping.yml").read_text("utf-8")
    everything = "".join(each.read_text("utf-8") for each in folder.rglob("*.*") if each.is_file())
    assert "王一" not in everything
    with pytest.raises(FixTheHub) as caught:
        read_source(folder)
    assert "ignore.problem" in str(caught.value.why)


def test_each_distinct_word_is_looked_at_a_few_times_whatever_the_number_of_fields(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_at = 0

    def counted(text: str) -> str:
        nonlocal looked_at
        looked_at += 1
        return half_width(text)

    for module in (column_profile, rules):
        monkeypatch.setattr(module, "half_width", counted)
    words = [f"word {at}" for at in range(1_000)]
    rows = pa.table({"id": [f"F{at}" for at in range(1_000)], "city": words, "fire cause": words, "problem": words})
    mapping_text("a", "b", propose(profile(rows), "fire_incident"), CSV, {})
    assert looked_at <= 4 * 4 * len(words) + 20_000, "the words of the lists, and three times those of the columns"


def test_plates_are_personal_and_numbers_of_customs_are_not() -> None:
    plates = proposal("号牌号码", ["琼A12345", "琼B67890", "琼AD12345"], "vehicle_emission_test")
    assert plates.column.personal == "plates of vehicles"
    assert proposal("EntryId", ["640120261012345678", "640120261012345679"], "customs_declaration").sure


def test_of_columns_called_alike_the_one_of_the_record_itself_has_the_field() -> None:
    rows = {"Answer/EntryId": ["640120261012345680", ""], "EntryId": ["640120261012345678", "640120261012345679"]}
    part, own = propose(profile(pa.table(rows)), "customs_declaration").proposals
    assert (own.path, own.sure, part.sure) == ("declaration_no", True, False)


def test_a_field_that_is_left_over_is_no_surer_than_those_taken() -> None:
    rows = {name: ["合格", "不合格", "合格"] for name in ("检测结论", "外观检测结论", "排气检测结论")}
    draft = propose(profile(pa.table(rows)), "vehicle_emission_test")
    assert not any(each.sure for each in draft.proposals[1:]), "of the whole, of a part, or of an item"


def test_the_number_of_the_record_is_not_that_of_an_item() -> None:
    draft = propose(profile(pa.table({"eventID": ["urn:1", "urn:2", "urn:3"]})), "trace_event")
    assert draft.proposals[0].path == "event_id"
    assert "source_record_no" in draft.proposals[0].also
