"""A template that a sender fills: it is recognised, it loads, and what was filled wrongly is said in plain words."""

from __future__ import annotations

import io
import shutil
from datetime import datetime
from typing import TYPE_CHECKING, Any

import openpyxl
import pyarrow as pa
import pytest

from cli.screen import FINDINGS, FINE, guarded
from hub.i18n import say
from hub.settings import settings
from mappings.draft import TemplateTable, recognised
from mappings.draft.template import EXAMPLE
from mappings.engine import read_source
from mappings.engine.run.header import check_header
from pipeline.authoring.example_record import example_record
from pipeline.authoring.template import template_workbook
from standards import standard
from standards.exports.flat_columns import flat_columns
from standards.rule_fields import labels_of, rules_of
from tests.support.commands import json_of
from tests.support.exchange import counts, receipt, submit

if TYPE_CHECKING:
    from pathlib import Path

AMBER = "FFB26A00"
TYPES = sorted(standard().types)


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an empty folder of sources that the hub reads."""
    root = tmp_path / "sources"
    root.mkdir()
    monkeypatch.setenv("RISKHUB_SOURCES", str(root))
    settings.cache_clear()
    return root


def made(folder: Path, name: str, language: str = "zh", *options: str) -> Path:
    """Write a template by the command, and a source from it by another."""
    file = folder / f"{name}.xlsx"
    assert guarded(["standard", "template", name, "--out", str(file), "--language", language, *options]) == FINE
    assert guarded(["source", "new", f"demo/{name}", "--from", str(file)]) == FINE
    return file


def filled(file: Path, *rows: dict[str, Any], example: bool = True) -> bytes:
    """Return the template with rows below its header, as a person writes them into a spreadsheet program."""
    book = openpyxl.load_workbook(file)
    page = book.worksheets[0]
    columns = {cell.value: cell.column for cell in page[2]}
    if not example:
        page.delete_rows(3)
    for at, row in enumerate(rows, start=4 if example else 3):
        for path, value in row.items():
            page.cell(at, columns[path], value)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize(("name", "language"), [(name, ("zh", "en")[at % 2]) for at, name in enumerate(TYPES)])
def test_the_example_of_every_template_is_a_right_record(
    name: str, language: str, sources: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = made(tmp_path, name, language)
    source = read_source(sources / "demo" / name)
    assert source.routes[0].record_type.name == name
    columns = flat_columns(standard().types[name])
    must = [each.path for each in columns if each.required]
    others = [each.path for each in columns if not each.required]
    for left in ([], others[::2], others[1::2]):
        assert not check_header([*must, *left], source), "every column whose header is not red may be deleted"
    code, check = FINE, json_of(capsys, "check", str(file), "--source", f"demo/{name}", "--offline")
    assert code == FINE
    assert check["counts"] | {"read": 1, "skipped": 1} == check["counts"], "the example is skipped"
    book = openpyxl.load_workbook(file)
    places = {cell.value: cell.column for cell in book.worksheets[0][2]}
    book.worksheets[0].cell(3, places["source_record_no"], "N1")
    book.save(file)
    check = json_of(capsys, "check", str(file), "--source", f"demo/{name}", "--offline")
    assert check["findings"] == [], "what the template shows is right, and nothing of it has to be repaired"
    assert check["counts"]["new"] == 1


def test_a_filled_template_loads_and_its_author_understands_the_findings(
    sources: Path, tmp_path: Path, warehouse: str
) -> None:
    assert warehouse
    assert sources
    file = made(tmp_path, "market_sampling")
    good = {
        "source_record_no": "A1",
        "event_at": datetime(2026, 3, 2, 14, 30),  # noqa: DTZ001 - a cell of a spreadsheet has no zone
        "sample_no": "007",
        "verdict_code": "不合格",
        "region_code": "海口市龙华区",
        "product.0.name": "电动自行车",
        "product.0.quantity": 3.5,
        "product.0.production_date": datetime(2026, 1, 5),  # noqa: DTZ001 - as above
        "test_item.0.item_text": "绝缘电阻",
        "test_item.0.verdict_code": "fail",
        "test_item.1.item_text": "制动",
        "test_item.1.result_value": "0.25",
    }
    wrong = {
        **dict.fromkeys(("source_record_no", "sample_no"), "A2"),
        "event_at": "去年春天",
        "verdict_code": "大概合格",
        "product.0.quantity": "三箱",
        "party.0.uscc": "91460000MA5T6QW92Y",
        "test_item.0.verdict_code": "合格",
    }
    batch = submit("demo/market_sampling", "1.xlsx", filled(file, good, wrong))
    assert counts(batch) == {"read": 3, "new": 1, "quarantined": 1, "skipped": 1}
    found = {(each["column"], each["code"]): each for each in receipt(batch)["findings"]}
    assert found.keys() >= {
        ("event_at", "BAD_DATE"),
        ("verdict_code", "UNKNOWN_CODE"),
        ("product.0.quantity", "BAD_NUMBER"),
        ("party.0.uscc", "BAD_IDENTIFIER"),
        ("test_item.0.item_text", "MISSING_VALUE"),
    }, "each names the column as it stands in row 2 of the template"
    assert {each["line"] for each in found.values() if each["level"] == "error"} == {5}
    assert found["verdict_code", "UNKNOWN_CODE"]["value"] == "大概合格"
    corrected = filled(file, {**good, "sample_no": "008"}, example=False)
    assert counts(submit("demo/market_sampling", "2.xlsx", corrected)) == {"read": 1, "changed": 1}


DAY = "2026-03-02"
WRONG: dict[str, tuple[dict[str, Any], dict[str, tuple[str, str]]]] = {
    # what is filled in, and for each column the code of its finding and what its author reads there
    "market_sampling": (
        {"event_at": "昨天", "sample_no": "S1", "verdict_code": "不合格品"},
        {"event_at": ("BAD_DATE", "2026-03-25T09:05:00"), "verdict_code": ("UNKNOWN_CODE", "不合格")},
    ),
    "penalty": (
        {
            "event_at": "2026.03.02",
            "content_text": "罚款",
            "fine_amount": "1.5万元",
            "decided_date": "二〇二六年三月二日",
        },
        {
            "fine_amount": ("BAD_NUMBER", "不带单位"),
            "decided_date": ("BAD_DATE", "例如 2026-03-25。"),
        },
    ),
    "complaint": (
        {"event_at": "2026年3月2日 9:05", "complaint_no": "C1", "kind_code": "投诉举报", "is_injury": "有"},
        {"kind_code": ("UNKNOWN_CODE", "投诉 · 举报"), "is_injury": ("UNKNOWN_CODE", "是 · 否")},
    ),
    "enterprise": (
        {"name": "某某公司", "uscc": "460000000000001", "reg_status_code": "正常营业", "valid_from": "2020年"},
        {
            "uscc": ("WRONG_PATTERN", "91460000MA5T6QW92N"),
            "reg_status_code": ("UNKNOWN_CODE", "注销"),
            "valid_from": ("BAD_DATE", "例如 2026-03-25。"),
        },
    ),
    "traffic_accident": (
        {"event_at": DAY, "accident_no": "T1", "form_code": "追尾", "death_count": "1人", "loss_amount": "2.3万"},
        {
            "form_code": ("UNKNOWN_CODE", "追尾相撞"),
            "death_count": ("BAD_NUMBER", "请只填写数字"),
            "loss_amount": ("BAD_NUMBER", "请只填写数字"),
        },
    ),
}


@pytest.mark.usefixtures("sources")
@pytest.mark.parametrize("name", WRONG)
def test_what_an_agency_fills_wrongly_is_named_with_its_label_and_a_cure(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row, expected = WRONG[name]
    file = made(tmp_path, name)
    file.write_bytes(filled(file, {"source_record_no": "N1", **row}))
    source = f"demo/{name}"
    check = json_of(capsys, "check", str(file), "--source", source, "--offline", "--language", "zh", code=FINDINGS)
    found = {(each["column"], each["code"]): each for each in check["findings"]}
    fields = {each.path: each.field for each in flat_columns(standard().types[name])}
    for column, (code, text) in expected.items():
        finding = found[column, code]
        assert text in finding["message"] + finding["cure"] + finding["title"]
        assert fields[column].label["zh"] in finding["title"], "that of its own type, where types differ"
    assert not {column for column, _ in found} & (row.keys() - expected.keys()), "what is right has no finding"


def test_drop_downs_notes_and_formats(tmp_path: Path) -> None:
    table = TemplateTable(standard().types["customs_declaration"], 2)
    (tmp_path / "t.xlsx").write_bytes(template_workbook(table, "zh"))
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert book.sheetnames == ["customs_declaration", "填写说明", "代码表"]
    page, _, lists = book.worksheets
    columns = {cell.value: cell for cell in page[2]}
    assert list(columns) == [each.path for each in flat_columns(table.record_type, 2)]
    choices = {str(each.sqref).split(":", 1)[0]: each.formula1 for each in page.data_validations.dataValidation}
    flag = columns["ie_flag_code"].column_letter
    place = choices[f"{flag}3"].partition("!")[2].replace("$", "")
    table_of_flags = standard().codelists["ie_flag"].table
    flags = dict(zip(table_of_flags["code"].to_pylist(), table_of_flags["label_zh"].to_pylist(), strict=True))
    words = [cell.value for line in lists[place] for cell in line]
    assert words == [f"{each} {label}" for each, label in flags.items()]
    comment = page.cell(1, columns["ie_flag_code"].column).comment.text
    assert comment.startswith("必填。\n")
    assert page.column_dimensions[columns["event_at"].column_letter].number_format.startswith("yyyy-mm-dd hh:mm")
    assert page.cell(3, columns["source_record_no"].column).value == EXAMPLE
    assert page.cell(1, columns["goods.1.hs_code"].column).value.endswith(" 2: 商品编码")


def test_the_example_is_in_the_language_of_the_labels(tmp_path: Path) -> None:
    table = TemplateTable(standard().types["complaint"], 1)
    (tmp_path / "t.xlsx").write_bytes(template_workbook(table, "zh"))
    page = openpyxl.load_workbook(tmp_path / "t.xlsx").worksheets[0]
    example = {path.value: cell.value for path, cell in zip(page[2], page[3], strict=True)}
    assert example["narrative"] == "诉求内容示例"
    assert example["complaint_no"] == "诉求编号示例"


def test_the_same_bytes_each_time() -> None:
    table = TemplateTable(standard().types["recall"], 2)
    assert template_workbook(table, "en") == template_workbook(table, "en")


def test_only_a_whole_set_of_fields_is_recognised() -> None:
    recall = standard().types["recall"]
    names = [each.path for each in flat_columns(recall, 2)]
    needed = [each.path for each in flat_columns(recall, 2) if each.required]
    assert recognised(names) == TemplateTable(recall, 2)
    assert recognised([*names, "remark of mine"]) is None
    assert recognised(names, "fire_incident") is None
    assert recognised(needed[1:]) is None
    assert recognised(needed, "recall") == TemplateTable(recall, 0)


def test_a_source_is_not_written_over(sources: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = made(tmp_path, "recall", "en")
    before = (sources / "demo/recall/mapping.yml").read_bytes()
    again = json_of(capsys, "source", "new", "demo/recall", "--from", str(file), "--force")
    assert again["record_type"] == "recall"
    assert (sources / "demo/recall/mapping.yml").read_bytes() == before
    assert guarded(["source", "new", "demo/recall", "--from", str(file)]) > FINDINGS
    shutil.rmtree(sources / "demo")


def test_the_command_says_what_it_has_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "recall.xlsx"
    command = ("standard", "template", "recall", "--out", str(file))
    told = json_of(capsys, *command)
    assert (told["file"], told["record_type"]) == (str(file), "recall")
    assert guarded([*command]) == FINE
    said = say("template.written", "en", file=file, columns=told["columns"], type="recall")
    assert capsys.readouterr().out.split() == said.split()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", TYPES)
def test_the_notes_list_the_rules_of_the_type_with_their_fields(name: str, language: str, tmp_path: Path) -> None:
    record_type = standard().types[name]
    (tmp_path / "t.xlsx").write_bytes(template_workbook(TemplateTable(record_type, 1), language))
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    lines = {(str(row[3].value), str(row[1].value)) for row in book.worksheets[1].iter_rows()}
    for each in rules_of(record_type):
        fields = say("finding.and", language).join(labels_of(record_type, each, language))
        assert (each.rule.message[language], fields) in lines


def test_what_a_rule_wants_of_every_record_is_marked(tmp_path: Path) -> None:
    file = tmp_path / "t.xlsx"
    for name, amber in {
        "complaint": ["title", "issue_code", "issue_text"],
        "market_check": ["party.0.role_code"],
    }.items():
        file.write_bytes(template_workbook(TemplateTable(standard().types[name], 2), "zh"))
        page = openpyxl.load_workbook(file).worksheets[0]
        found = [path.value for cell, path in zip(page[1], page[2], strict=True) if cell.fill.fgColor.rgb == AMBER]
        assert sorted(found) == sorted(amber)
    comment = {path.value: cell.comment.text for cell, path in zip(page[1], page[2], strict=True)}
    assert comment["party.0.role_code"].startswith("规则要求：")


def test_the_example_is_one_that_a_person_could_have_written() -> None:
    for name in TYPES:
        table = TemplateTable(standard().types[name], 2)
        example = example_record(table, "zh")
        fields = {each.path: each.field for each in flat_columns(table.record_type, 2)}
        for path, value in example.items():
            if value is None:
                continue
            if path.endswith("_count"):
                assert int(value) <= 12, (name, path, value)
            if fields[path].codelist == "region":
                assert value.startswith("46"), (name, path, value)
            if pa.types.is_date(fields[path].arrow) or pa.types.is_timestamp(fields[path].arrow):
                assert value[:8] == "2024-05-", (name, path, value)
                assert int(value[8:10]) > 12, "nobody takes the day for the month"


@pytest.mark.usefixtures("sources")
def test_the_red_and_amber_columns_suffice_and_an_empty_cell_is_no_contradiction(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = made(tmp_path, "complaint")
    red = {"source_record_no": "N1", "event_at": DAY, "complaint_no": "C1", "kind_code": "complaint"}
    source = ("--source", "demo/complaint", "--offline", "--language", "zh")
    empty = file.read_bytes()
    file.write_bytes(filled(file, red))
    (found,) = json_of(capsys, "check", str(file), *source, code=FINDINGS)["findings"]
    assert "矛盾" not in found["title"] + found["message"] + found["cure"]
    assert "标题" in found["cure"]
    file.write_bytes(empty)
    file.write_bytes(filled(file, red | {"issue_text": "漏电"}))
    assert json_of(capsys, "check", str(file), *source)["findings"] == []


@pytest.mark.usefixtures("sources")
def test_of_a_masked_column_the_codes_are_named_all_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = made(tmp_path, "injury_case")
    file.write_bytes(filled(file, {"source_record_no": "N1", "event_at": DAY, "sex_code": "女士"}))
    command = ("check", str(file), "--source", "demo/injury_case", "--offline", "--language", "zh")
    found = {each["column"]: each for each in json_of(capsys, *command, code=FINDINGS)["findings"]}
    assert found["sex_code"]["code"] == "UNKNOWN_CODE"
    assert found["sex_code"]["value"] is None
    assert "男" in found["sex_code"]["cure"]
