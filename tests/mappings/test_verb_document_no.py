"""Numbers of official documents: one document has one number, in the record and in its key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from mappings.engine import read_source, refine
from mappings.engine.run.key_only import named_records
from mappings.engine.text.document_numbers import normal, normal_of_court
from tests.support.source_files import SOURCES

if TYPE_CHECKING:
    from mappings.engine.model.source import Source


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("泗地税二 简罚 〔2017〕 345 号", "泗地税二简罚〔2017〕345号"),
        ("皖滁海事罚(2018)8000644号", "皖滁海事罚〔2018〕8000644号"),
        ("宿豫交运罚字【２０１８】0439号", "宿豫交运罚字〔2018〕0439号"),
        ("宿泗安监罚﹝2017﹞46号", "宿泗安监罚〔2017〕46号"),
        ("(宿迁)食药监食罚[2018]20号", "(宿迁)食药监食罚〔2018〕20号"),
        ("鲁临高新交（04）罚[2018]0410005号", "鲁临高新交(04)罚〔2018〕0410005号"),
        ("〔1801〕1号", "〔1801〕1号"),
        ("2018-0000046", "2018-0000046"),
    ],
)
def test_the_normal_form(written: str, wanted: str) -> None:
    assert normal(written) == wanted
    assert normal(wanted) == wanted, "the normal form of the normal form is itself"


def test_the_number_of_a_case_of_a_court() -> None:
    assert normal_of_court("(2016) 琼 01 刑初 7 号") == "（2016）琼01刑初7号"
    assert normal_of_court("（2016）琼01刑初7号") == "（2016）琼01刑初7号"
    assert normal_of_court("⑵比）琼01刑初7号") == "(2)比)琼01刑初7号", "a year that is not there is not made up"


def test_a_decision_is_the_same_record_whatever_its_brackets() -> None:
    source = read_source(SOURCES / "cn_credit/penalties")
    numbers = ["琼样罚【2026】 7 号", "琼样罚〔2026〕7号", "琼样罚〔2026〕8号"]
    records = refine(_rows(source, numbers), source).tables["penalty"][""]
    uids = records["record_uid"].to_pylist()
    assert uids[0] == uids[1] != uids[2]
    assert records["doc_no"].to_pylist()[0] == "琼样罚〔2026〕7号"
    named = named_records(_rows(source, numbers), source)["penalty"]
    assert named["record_uid"].to_pylist() == uids, "a withdrawal names it in any form too"


def _rows(source: Source, numbers: list[str]) -> pa.RecordBatch:
    filled = {"CREDIT_CODE": "91460100MA5T00001X", "DECISION_DATE": "1769443200000"}
    size = len(numbers)
    columns = {name: pa.array([filled.get(name, "")] * size) for name in source.read_columns}
    columns["PUNISH_NUMBER"] = pa.array(numbers)
    places = {
        "@row": pa.array(range(size), pa.int64()),
        "@line": pa.array(range(size), pa.int64()),
        **{name: pa.nulls(size, pa.string()) for name in ("@file", "@sheet", "@fault", "@raw")},
    }
    return pa.RecordBatch.from_pydict(columns | places)
