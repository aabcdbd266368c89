"""Real public files, whole: as many rows as an independent count, and values checked by hand."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.delivered import delivered, here

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PLAIN = [
    ("fire/pittsburgh_wprdc_fire_incidents.csv", "utf-8", 8945),
    ("fire/avon_frs_attended_incidents_july_2014.csv", "cp1252", 1084),
    ("fire/codes/nfirs_2015_type_pct_by_agency.csv", "utf-8", 23_031),
    ("customs/kcs_synthetic_import_declarations/df_syn_valid_eng.csv", "utf-8", 8134),
    ("customs/hs/wco_hs2022_en.csv", "utf-8", 6940),
    ("customs/hs/cn_hs10_codes_2018_utf8bom.csv", "utf-8", 11_827),
    ("customs/cn_gacc_stats_codes/commodities/zh-hs8-2017.csv", "gb18030", 8555),
    ("customs/cn_gacc_stats_codes/commodities/zh-hs8-2023.csv", "gb18030", 8957),
    ("inspection/rasff_2020_to_30OCT2024.csv", "utf-8", 21_871),
    ("injury/neiss_skateboard_men/NEISS_2013.csv", "utf-8", 2526),
    ("injury/neiss_skateboard_women/NEISS_2019.csv", "utf-8", 567),
    ("market/kr_ts_자동차결함_리콜현황.csv", "utf-8", 1275),
    ("market/openfda_food_enforcement_2020_2024.csv", "utf-8", 500),
    ("market/cn_mofcom_sanctions_export_control_lists.csv", "utf-8", 610),
]


@pytest.mark.parametrize(("name", "encoding", "count"), PLAIN)
def test_real_csv_equals_what_python_reads(shared: Callable[[str], Path], name: str, encoding: str, count: int) -> None:
    path = shared(f"data/{name}")
    outcome = delivered(path, kind="csv", encoding=encoding)
    assert not outcome.verdict, outcome.verdict
    with path.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="") as file:
        header, *rows = [row for row in csv.reader(file) if row]
    assert len(outcome.rows) == len(rows) == count
    names = outcome.batches[0].schema.names[: len(header)]
    for ours, theirs in zip(outcome.rows, rows, strict=True):
        if ours["@fault"] is None:
            assert [ours[name] for name in names] == theirs
        else:
            assert len(theirs) != len(header)


def test_unescaped_quotes_of_the_tariff_are_told(shared: Callable[[str], Path]) -> None:
    path = shared("data/customs/cn_gacc_stats_codes/commodities/en-hs8-2019.csv")
    outcome = here(path, kind="csv", encoding="gb18030")
    assert [code for _, code in outcome.faults] == ["BAD_QUOTES"] * 5
    assert len(outcome.cells) == 8552


def test_truncated_real_file(shared: Callable[[str], Path]) -> None:
    outcome = here(shared("data/complaints/cfpb_complaints_2023_truncated_1MiB.csv"), kind="csv")
    assert (outcome.codes, outcome.faults, len(outcome.rows)) == (["TRUNCATED_FILE"], [], 2067)


XLSX: list[tuple[str, dict[str, Any], int, dict[str, str]]] = [
    (
        "customs/cn_gacc_params/公路舱单代码表/国家代码（CN001）.xlsx",
        {"header": {"row": 2}},
        248,
        {"代码": "AD", "中文名": "安道尔"},
    ),
    ("market/cn_电子商务失信企业名单_91855.xlsx", {}, 500, {}),
    ("injury/neiss_fireworks_2016_2020_labelled.xlsx", {}, 1532, {"Treatment_Date": "2016-01-01", "Age": "39"}),
]


@pytest.mark.parametrize(("name", "agreed", "count", "first"), XLSX)
def test_real_workbooks(
    shared: Callable[[str], Path], name: str, agreed: dict[str, Any], count: int, first: dict[str, str]
) -> None:
    outcome = delivered(shared(f"data/{name}"), kind="xlsx", **agreed)
    assert not outcome.verdict
    assert len(outcome.rows) == count
    assert first.items() <= outcome.cells[0].items()


def test_real_archive(shared: Callable[[str], Path]) -> None:
    outcome = delivered(shared("data/market/nhtsa_RCL_FROM_2025_2026.zip"), kind="csv", archive="zip")
    assert len(outcome.rows) == 4739
    assert not outcome.faults


def test_real_archive_with_chinese_names(shared: Callable[[str], Path]) -> None:
    path = shared("data/customs/cn_single_window/单一窗口公路舱单接口说明_20190212.zip")
    (verdict,) = delivered(path, kind="xml", archive="zip").verdict
    assert (verdict.code, verdict.value) == ("ARCHIVE_REFUSED", "archive within the archive")
    assert str(verdict.file).endswith("/公路舱单样文/公路舱单报文样例/MT1401-公路原始舱单删除.zip"), "its real name"


PARAMETERS = "data/customs/cn_gacc_params"
SHEETS = [
    ("关检融合部分通关参数_2018.xlsx", "国别（地区）代码表", 265),
    ("关检融合部分通关参数_2018.xlsx", "币制代码表", 22),
    ("关检融合部分通关参数_2018.xlsx", "监管方式代码表", 98),
    ("关检融合部分通关参数_2018.xlsx", "计量单位代码表", 123),
    ("关检融合部分通关参数_2018.xlsx", "港口代码", 4334),
    ("其他通关参数_国内地区_行政区划_国内口岸_检验检疫机关.xlsx", "行政区划代码", 3219),
    ("报关代码表_关区_口岸_检验检疫机关等.xlsx", "关区代码表", 1044),
]


@pytest.mark.parametrize(("name", "sheet", "count"), SHEETS)
def test_official_code_tables(shared: Callable[[str], Path], name: str, sheet: str, count: int) -> None:
    outcome = here(shared(f"{PARAMETERS}/{name}"), kind="xlsx", sheet=sheet)
    assert len(outcome.cells) == count
    assert not outcome.faults
    assert not outcome.codes


def test_title_rows_above_the_header(shared: Callable[[str], Path]) -> None:
    paths = sorted(shared(f"{PARAMETERS}/公路舱单代码表").glob("*.xlsx"))
    assert len(paths) == 14
    for path in paths:
        code = "95版码" if "CN007" in path.name else "代码"
        by_line = here(path, kind="xlsx", header={"row": 2})
        found = here(path, kind="xlsx", header="find", expected=[code])
        assert by_line.rows == found.rows, path
        assert by_line.cells, path
        assert not by_line.faults, path


def test_real_message_with_a_stray_digit_in_front(shared: Callable[[str], Path]) -> None:
    path = shared("data/customs/cn_single_window/报关单样例报文_关检融合3.1.xml")
    (verdict,) = delivered(path, kind="xml", records="DecMessage").verdict
    assert (verdict.code, verdict.line) == ("BAD_DOCUMENT", 1)
