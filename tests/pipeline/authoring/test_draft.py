"""Drafting a source: what each part of the draft sees."""

from __future__ import annotations

import contextlib
import gzip
import io
import zipfile
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from cli.screen import FINE, WRONG, guarded
from hub.errors import FixTheHub, WrongUsage
from mappings.draft import profile, propose, write_folder
from mappings.draft.naming import numbered, plain, synonyms
from mappings.draft.writing import mapping_text
from mappings.engine import read_source
from mappings.engine.compile.problems import Problems
from mappings.engine.compile.yaml_document import read_document
from pipeline.authoring.draft import draft_source, form_of
from standards import standard

if TYPE_CHECKING:
    from pathlib import Path

    from mappings.draft import Column

CSV = {"kind": "csv", "encoding": "utf-8"}


def column(name: str, *values: str) -> Column:
    return profile(pa.table({name: list(values)}))[0]


def fields(**columns: list[str]) -> dict[str, str | None]:
    draft = propose(profile(pa.table(columns)), "fire_incident")
    return {each.column.name: each.path if each.sure else None for each in draft.proposals}


def test_numbers_words_and_missing() -> None:
    assert column("x", "1", "2.50", "-3").decimals == 2
    assert column("x", "1", "two", "three").decimals is None
    assert column("x", "是", "否", "是", "").yes_no == ("是", "否")
    seen = column("x", "a", "不详", "-", "b")
    assert (seen.missing, list(seen.values)) == (("不详", "-"), ["a", "b"])
    assert column("有无", "有", "无").missing == (), "as an answer it is a value"


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("报警人姓名", ["a"]),
        ("x", ["11010519491231002X", "440524188001010014"]),
        ("x", ["13800138000", "+86 13912345678"]),
    ],
)
def test_what_is_somebodys_own_is_never_proposed(name: str, values: list[str]) -> None:
    seen = column(name, *values)
    assert seen.personal
    draft = propose([seen], "fire_incident")
    text = mapping_text("a", "b", draft, CSV, {})
    assert "personal: [" in text
    assert not any(value in text for value in values if len(value) > 5)


def test_names_in_both_languages() -> None:
    assert plain("过火面积(平方米)") == "过火面积"
    assert plain("CPSC_CaseNumber") == "cpsc case number"
    assert numbered("Product_2") == ("product", 2)
    assert fields(死亡人数=["0", "1", "0"], fatalities=["1", "2", "3"])["死亡人数"] == "death_count"
    assert fields(Longitude=["110.1"], lat=["20.0"]) == {"Longitude": "lon", "lat": "lat"}


def test_a_column_whose_values_speak_against_its_name_is_not_proposed() -> None:
    assert fields(longitude=["east", "west"])["longitude"] is None
    assert fields(接警时间=["a", "b", "c"])["接警时间"] is None


def test_no_sign_in_a_name_breaks_its_rule() -> None:
    names = {"longitude,]": ["110.123456", "110.2"], "time, {local}": ["2026-05-01 10:00", "2026-05-02 11:00"]}
    draft = propose(profile(pa.table({"id, no": ["F1", "F2"], **names})), "fire_incident")
    written = yaml.safe_load(mapping_text("a", "b", draft, CSV, {}))
    assert written["key"] == ["id, no"]
    assert written["fields"]["lon"] == {"column": "longitude,]", "decimal": 6}
    assert written["fields"]["event_at"]["column"] == "time, {local}"


def test_a_unit_in_the_name_becomes_a_factor() -> None:
    draft = propose(
        profile(pa.table({"直接财产损失(万元)": ["1.5", "2"], "过火面积(亩)": ["3", "4"]})), "fire_incident"
    )
    text = mapping_text("a", "b", draft, CSV, {})
    assert "times: 10000" in text
    told = yaml.safe_load(text)["fields"]["area_m2"]["times"]
    assert told == "TODO its unit is said to be 亩, the field's is m2"
    for name, rule in (("毛重（磅）", "decimal: 4, times: 0.45359237}"), ("毛重(Kg)", "decimal: 4}")):
        draft = propose(profile(pa.table({name: ["1", "2"]})), "customs_declaration")
        assert f"{{column: {name}, {rule}" in mapping_text("a", "b", draft, CSV, {})
    draft = propose(profile(pa.table({"净重(Kg)": ["1", "2"]})), "customs_declaration")
    assert not draft.proposals[0].sure, "of the goods, or of all of them?"


def test_a_draft_cannot_be_read_until_every_todo_is_decided(tmp_path: Path) -> None:
    rows = pa.table(
        {"警情编号": ["F1", "F2"], "起火时间": ["2026-05-01 10:00", "2026-05-02 10:00"], "随便": ["p", "q"]}
    )
    write_folder(tmp_path / "hn_x" / "fires", propose(profile(rows), "fire_incident"), CSV)
    with pytest.raises(FixTheHub) as caught:
        read_source(tmp_path / "hn_x" / "fires")
    why = str(caught.value.why)
    assert "ignore.随便: Still to be decided" in why
    path = tmp_path / "hn_x" / "fires" / "mapping.yml"
    text = path.read_text("utf-8")
    decided = {
        "TODO 标题": "火灾",
        "TODO title": "Fires",
        "TODO a code of standards/codelists/country.csv": "CHN",
        "TODO\n": "not needed\n",
    }
    for todo, answer in decided.items():
        text = text.replace(todo, answer)
    text = text.replace("{constant: TODO a code of standards/codelists/hazard_class.csv}", "{constant: physical}")
    path.write_text(
        text.replace("{constant: TODO a code of standards/codelists/hazard_type.csv}", "{constant: fire}"), "utf-8"
    )
    agency = tmp_path / "hn_x" / "agency.yml"
    agency.write_text(agency.read_text("utf-8").replace("TODO ", ""), "utf-8")
    source = read_source(tmp_path / "hn_x" / "fires")
    assert source.key_columns == ("警情编号",)
    with pytest.raises(WrongUsage, match="already"):
        write_folder(tmp_path / "hn_x" / "fires", propose(profile(rows)), CSV)


def test_a_crosswalk_is_drafted_with_the_labels_that_fit(tmp_path: Path) -> None:
    rows = pa.table({"警情编号": [f"F{at}" for at in range(4)], "起火原因": ["雷击", "吸烟", "电气", "说不清楚"]})
    write_folder(tmp_path / "a" / "b", propose(profile(rows), "fire_incident"), CSV)
    text = (tmp_path / "a" / "b" / "crosswalks" / "cause.csv").read_text("utf-8")
    assert "雷击,lightning," in text
    assert "说不清楚,TODO," in text


NASTY = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20) | st.sampled_from(
    [
        "#",
        ": ",
        "- x",
        "{a}",
        "[b]",
        "&c",
        "*d",
        "!e",
        "%f",
        "@g",
        "`h",
        "'",
        '"',
        "\n",
        "yes",
        "null",
        "1",
        "TODO",
        "a: b # c",
        "a, b",
        "]",
        "c}",
    ]
)


@settings(max_examples=60)
@given(
    st.dictionaries(
        NASTY.filter(lambda name: not name.startswith("@")),
        st.lists(NASTY, min_size=3, max_size=3),
        min_size=1,
        max_size=6,
    )
)
def test_whatever_stands_in_a_file_the_draft_is_yaml(
    tmp_path_factory: pytest.TempPathFactory, columns: dict[str, list[str]]
) -> None:
    draft = propose(profile(pa.table(columns)))
    text = mapping_text("a", "b", draft, CSV, {})
    written = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - everything as text
    named = {*written.get("ignore", {}), *(p.column.name for p in draft.proposals if p.sure)}
    assert named >= {each.column.name for each in draft.proposals}
    read = {p: rule.get("column") if isinstance(rule, dict) else rule for p, rule in written.get("fields", {}).items()}
    assert all(read[each.path] == each.column.name for each in draft.proposals if each.sure and each.path)
    assert draft.key is None or written["key"] == [draft.key.name]
    path = tmp_path_factory.mktemp("draft") / "mapping.yml"
    path.write_text(text, "utf-8")
    problems = Problems("a/b")
    with contextlib.suppress(FixTheHub):
        read_document(path, problems)
    assert not any("YAML" in each.text for each in problems.found)


@pytest.mark.parametrize(
    ("name", "content", "form"),
    [
        ("a.csv", "编号,值\n1,2\n".encode("gb18030"), {"kind": "csv", "encoding": "gb18030"}),
        ("a.tsv", b"a\tb\n1\t2\n", {"kind": "csv", "encoding": "utf-8", "delimiter": "\t"}),
        (
            "a.json",
            b'{"meta": {"n": 1}, "x": {"rows": [{"a": 1}]}}',
            {"kind": "json", "encoding": "utf-8", "records": "x/rows"},
        ),
        ("b.json", b'{"x": {"rows": [{"a": 1}]}}', {"kind": "json", "encoding": "utf-8", "records": "x/rows"}),
        ("c.json", b'[{"a": 1}]', {"kind": "json", "encoding": "utf-8"}),
        ("no name", b'{"a": 1}\n{"a": 2}\n', {"kind": "ndjson", "encoding": "utf-8"}),
        ("t.csv", b"Title\n\na;b\n1;2\n", {"kind": "csv", "encoding": "utf-8", "delimiter": ";", "header": {"row": 3}}),
    ],
)
def test_how_a_file_is_to_be_read(tmp_path: Path, name: str, content: bytes, form: dict[str, str]) -> None:
    (tmp_path / name).write_bytes(content)
    assert form_of(tmp_path / name)[0] == form


def test_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sample = tmp_path / "s.csv"
    sample.write_text("id,occurred at,whatever\nF1,2026-05-01,x\nF2,2026-05-02,y\n", "utf-8")
    told = ["source", "new", "hn_x/fires", "--from", str(sample), "--into", str(tmp_path / "sources")]
    assert guarded(told) == FINE
    told_of = capsys.readouterr().out
    assert "riskhub source lint hn_x/fires" in told_of
    assert "like no record type" in " ".join(told_of.split())
    assert guarded(told) == WRONG, "a second draft does not write over the first"
    assert guarded([*told, "--force", "--record-type", "recall"]) == FINE
    assert guarded([*told, "--force", "--record-type", "no_such"]) == WRONG
    assert guarded(["source", "new", "../x", "--from", str(sample)]) == WRONG
    assert guarded(["source", "new", "a/b", "--from", str(tmp_path / "none.csv")]) == WRONG
    (tmp_path / "s.pdf").write_bytes(b"%PDF-1")
    assert guarded(["source", "new", "a/b", "--from", str(tmp_path / "s.pdf"), "--into", str(tmp_path)]) == WRONG
    (tmp_path / "bad.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    assert guarded(["source", "new", "a/b", "--from", str(tmp_path / "bad.xlsx"), "--into", str(tmp_path)]) == WRONG


def test_a_second_draft_leaves_no_words_of_the_first(tmp_path: Path) -> None:
    rows = pa.table({"编": ["A", "A", "C"], "不合格项目": ["x", "y", "x"], "货架": ["p", "q", "p"]})
    folder = tmp_path / "hn_x" / "samples"
    write_folder(folder, propose(profile(rows)), CSV)
    todo = folder / "crosswalks" / "todo"
    assert (todo / "02.csv").exists()
    mine = todo / "05.csv"
    mine.write_text("source_value,code,note\nz,fail,2 rows\n", "utf-8")
    written = write_folder(folder, propose(profile(rows), "market_sampling"), CSV, force=True)
    assert {*todo.iterdir()} == {each for each in written if each.parent == todo} | {mine}, "what a person filled stays"
    assert not (todo / "02.csv").exists(), "the item is decided"


def test_a_required_field_names_the_column_that_may_be_it(tmp_path: Path) -> None:
    rows = pa.table({"抽样编号": ["A", "B"], "检验结果": ["不合格", "不合格"]})
    write_folder(tmp_path / "a" / "b", propose(profile(rows), "market_sampling"), CSV)
    text = (tmp_path / "a" / "b" / "mapping.yml").read_text("utf-8")
    assert "verdict_code: TODO required by the standard; perhaps the column 检验结果" in text
    assert "event_at: TODO required by the standard; no column is like it" in text


@pytest.mark.parametrize(
    ("name", "words", "sure"),
    [
        ("city", ["Columbus", "Houston", "Leeds", "Turin"], False),  # its name says it, its values do not
        ("city", ["海口市", "三亚市", "琼海市", "文昌市"], True),
        ("country", ["CN", "VN", "US", "KR"], True),
        ("country", ["Narnia", "Oz", "Lilliput", "Mordor"], False),
        ("fire cause", ["Cooking appliance", "Candle", "Smoking", "Chimney"], True),  # anybody's own list: to be filled
        ("fire cause", [f"a sentence of its own, number {at}" for at in range(120)], False),
    ],
)
def test_values_may_speak_against_a_name(name: str, words: list[str], sure: bool) -> None:  # noqa: FBT001 - a case
    assert (fields(**{"id": [f"F{at}" for at in range(len(words))], name: words})[name] is not None) is sure


def test_a_time_is_no_number_and_a_number_in_a_name_no_position() -> None:
    calls, numbers = ["07:05:01", "08:15:02", "09:25:03"], ["38-01", "39-01", "40-01"]
    found = fields(**{"Time of Call": calls, "Incident Number": numbers, "HS6 Code": ["850760"] * 3})
    assert found["Time of Call"] is None
    draft = propose(profile(pa.table({"HS6 Code": ["850760", "850761"], "id": ["1", "2"]})), "customs_declaration")
    assert draft.proposals[0].path == "goods.0.hs_code"


def test_the_second_of_a_name_is_no_other_field_and_a_month_no_age() -> None:
    rows = {"recall_number": ["A", "B"], "address_1": ["p", "q"], "address_2": ["r", "s"]}
    found = {p.column.name: p.path if p.sure else None for p in propose(profile(pa.table(rows)), "recall").proposals}
    assert found["address_2"] is None
    cases = {"case": ["a", "b"], "Month": ["1", "2"], "diagnosis_1": ["57", "59"], "diagnosis_2": ["57", "59"]}
    proposed = {p.column.name: p for p in propose(profile(pa.table(cases)), "injury_case").proposals}
    assert not proposed["Month"].sure
    assert [proposed[f"diagnosis_{at}"].path for at in (1, 2)] == [
        "diagnosis.0.diagnosis_code",
        "diagnosis.1.diagnosis_code",
    ]


def test_every_synonym_is_of_a_field_of_the_standard() -> None:
    tables = [table for each in standard().types.values() for table in each.tables.values()]
    known = {field.path.rpartition(".")[2] for table in tables for field in table.fields.values()}
    known |= {field.path for table in tables for field in table.fields.values() if "." in field.path}
    known |= {
        f"{child}.{field.path}"
        for each in standard().types.values()
        for child, table in each.tables.items()
        for field in table.fields.values()
    }
    assert synonyms().keys() <= known


def test_what_countries_are_called_elsewhere_fills_the_crosswalk(tmp_path: Path) -> None:
    draft = propose(profile(pa.table({"id": ["a", "b"], "country": ["US", "KR"]})), "fire_incident")
    write_folder(tmp_path / "a" / "b", draft, CSV)
    (walk,) = (tmp_path / "a" / "b" / "crosswalks").iterdir()
    assert walk.read_text("utf-8").splitlines()[1:] == ["US,USA,", "KR,KOR,"]


def test_an_encoding_that_nothing_proves_is_left_to_a_person(tmp_path: Path) -> None:
    file, folder = tmp_path / "a.csv", tmp_path / "hn_x" / "fires"
    file.write_bytes("номер,товар\n1,чайник\n".encode("cp1251"))
    draft, _ = draft_source(file, folder)
    text = (folder / "mapping.yml").read_text("utf-8")
    assert "encoding: TODO" in text
    assert "#   cp1251, mac-cyrillic, kz1048, ptcp154: номер,товар" in text
    assert [each.column.name for each in draft.proposals] == ["номер", "товар"]
    draft_source(file, folder, form={"encoding": "cp1251"}, force=True)
    assert "encoding: cp1251" in (folder / "mapping.yml").read_text("utf-8")


def zipped(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return stream.getvalue()


FIRES = (
    "<list>"
    + "".join(f"<fire><no>F{at}</no><at>2026-05-0{at}</at><crew>a</crew><crew>b</crew></fire>" for at in (1, 2))
) + "</list>"


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (FIRES.encode(), {"kind": "xml", "records": "list/fire", "repeat": ["crew"]}),
        (
            zipped(a_csv=b"id,at\nF1,2026-05-01\nF2,2026-05-02\n"),
            {"kind": "csv", "encoding": "utf-8", "archive": ["zip"]},
        ),
        (gzip.compress(FIRES.encode()), {"kind": "xml", "records": "list/fire", "repeat": ["crew"], "archive": ["gz"]}),
    ],
    ids=["xml", "zip", "gz"],
)
def test_archives_and_xml_are_drafted_too(tmp_path: Path, content: bytes, form: dict[str, object]) -> None:
    sample = tmp_path / "sample"
    sample.write_bytes(content)
    draft, files = draft_source(sample, tmp_path / "hn_x" / "fires", "fire_incident")
    columns = ["id", "at"] if form["kind"] == "csv" else ["no", "at", "crew"]
    assert [each.column.name for each in draft.proposals] == columns
    written = yaml.safe_load(files[0].read_text("utf-8"))
    assert written["format"] == form


def test_a_bomb_is_no_sample(tmp_path: Path) -> None:
    bomb = tmp_path / "b.xml"
    bomb.write_text('<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>')
    with pytest.raises(WrongUsage, match="no draft") as caught:
        draft_source(bomb, tmp_path / "hn_x" / "fires")
    assert "document type" in str(caught.value.why)
