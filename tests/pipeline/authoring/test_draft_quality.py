"""How often a draft is right on what is shipped, and what it leaves to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from benchmarks.draft_quality import every_quality, total_of
from hub.errors import FixTheHub
from mappings.draft import profile, propose, write_folder
from mappings.draft.naming import plain
from mappings.engine import read_source

if TYPE_CHECKING:
    from pathlib import Path

CSV = {"kind": "csv", "encoding": "utf-8"}


def test_drafts_of_the_shipped_sources_are_mostly_right_and_hardly_ever_wrong() -> None:
    found = every_quality(step=3)  # the benchmark drafts all of them, and its bounds are of all
    total = total_of(found)
    assert not [each.source for each in found if not (each.type_right or each.type_open)]
    assert sum(each.type_right for each in found) >= 0.8 * len(found)
    assert total.right / total.mapped >= 0.5, total.line
    assert len(total.wrong) / (total.right + len(total.wrong)) <= 0.015, total.wrong


def test_columns_that_are_like_no_record_type_leave_it_to_a_person(tmp_path: Path) -> None:
    strange = pa.table({"상품코드": ["K1", "K2"], "무게": ["3", "4"], "색": ["빨강", "파랑"], "메모": ["가", "나"]})
    draft = propose(profile(strange))
    assert draft.rivals is not None
    write_folder(tmp_path / "kr_x" / "goods", draft, CSV)
    text = (tmp_path / "kr_x" / "goods" / "mapping.yml").read_text("utf-8")
    assert "record_type: TODO" in text
    assert all(path not in text for path in ("declaration_no", "incident_no", "recall_no")), (
        "only what every type needs"
    )
    with pytest.raises(FixTheHub) as caught:
        read_source(tmp_path / "kr_x" / "goods")
    assert "record_type: Still to be decided. the columns are like no record type" in str(caught.value.why)
    assert "is not a record type" not in str(caught.value.why)


def test_what_every_record_has_is_proposed_without_a_type() -> None:
    names = {
        "编号": ["A1", "A2"],
        "发生时间": ["2026-05-01", "2026-05-02"],
        "甲": ["x", "y"],
        "乙": ["x", "y"],
        "丙": ["x", "y"],
    }
    draft = propose(profile(pa.table(names)))
    assert draft.rivals
    assert {each.path for each in draft.proposals if each.sure} == {"source_record_no", "event_at"}
    assert draft.filled == {"source_record_no", "event_at"}
    few = propose(profile(pa.table({"警情编号": ["F1", "F2"], "起火时间": ["2026-05-01 10:00", "2026-05-02 10:00"]})))
    assert (few.rivals, few.record_type.name) == (None, "fire_incident"), "few columns, but each of them says it"


def test_what_several_fields_are_called_to_the_letter_is_left_to_a_person() -> None:
    rows = {"编号": ["A1", "A2"], "地区": ["海口市", "三亚市"], "发布时间": ["2026-05-01 10:00", "2026-05-02 11:00"]}
    assert not propose(profile(pa.table(rows)), "alert").proposals[1].sure, "where it is from, or where it holds"
    for name in ("检验类别", "渠道", "风险等级"):
        draft = propose(profile(pa.table({name: ["甲", "乙", "丙"]})), "lab_test_result")
        assert not draft.proposals[0].sure, name


def test_a_number_of_somebody_is_not_that_of_the_record() -> None:
    draft = propose(profile(pa.table({"ENT_ID": ["e1", "e2", "e3"], "甲": ["x", "x", "x"]})), "penalty")
    assert draft.key is None
    assert not draft.proposals[0].sure
    assert plain("readPoint/id") == "read point id", "the id of its parent"


def test_a_day_without_a_name_of_its_own_is_no_event_where_the_type_is_open() -> None:
    draft = propose(profile(pa.table({"date": ["2026-05-01", "2026-05-02"], "甲": ["x", "y"], "乙": ["x", "z"]})))
    assert draft.rivals is not None
    assert not draft.proposals[0].sure, "of an event, or of a beginning"
