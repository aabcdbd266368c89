"""The names in a header: those that a mapping agreed on are told, a row of data that stands there is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.readers import Member
from connectors.readers.format import Format
from connectors.readers.header import column_names, require_same_columns
from hub.errors import RejectBatch
from hub.named import header_to_keep


@pytest.mark.parametrize(
    ("names", "agreed", "kept"),
    [
        (["no", "at", "备注", "欧瑾瑾"], {"no", "at"}, ["no", "at", "备注", "欧瑾瑾"]),
        (["no", "欧瑾瑾", "13912345678"], {"no"}, ["no", "[***column~2]", "[***column~3]"]),
        (["欧瑾瑾", "2026-05-01 10:00"], {"no"}, ["[***column~1]", "[***column~2]"]),
        (["欧瑾瑾", "2026年5月1日"], set(), ["[***column~1]", "[***column~2]"]),
        (["欧瑾瑾", "4601081999"], set(), ["[***column~1]", "[***column~2]"]),
        (["no", "202301", "202302"], {"no"}, ["no", "202301", "202302"]),
        (["地区", "2023", "2024"], set(), ["地区", "2023", "2024"]),
        ([], set(), []),
    ],
)
def test_a_row_of_data_in_the_place_of_a_header_is_not_told(
    names: list[str], agreed: set[str], kept: list[str]
) -> None:
    assert header_to_keep(names, agreed) == kept
    assert header_to_keep(kept, agreed) == kept


def test_two_cells_of_one_name_are_told_by_the_place_of_the_first() -> None:
    with pytest.raises(RejectBatch) as caught:
        column_names(["1", "欧瑾瑾", "欧瑾瑾", "13912345678"], Member(Path("a.csv")))
    assert [(each.column, each.expected) for each in caught.value.findings] == [("[***column~2]", "2")]
    with pytest.raises(RejectBatch) as caught:
        column_names(["no", "note", "note"], Member(Path("a.csv")))
    assert [each.column for each in caught.value.findings] == ["note"]


def test_members_whose_first_row_is_data_are_compared_without_telling_it() -> None:
    one, other = (Member(Path(name), name) for name in ("a.csv", "b.csv"))
    with pytest.raises(RejectBatch) as caught:
        require_same_columns(["no", "name"], ["no", "欧瑾瑾", "13912345678"], one, other)
    assert {each.column for each in caught.value.findings} == {"name", "[***column~2]", "[***column~3]"}


def test_a_row_of_data_in_the_place_of_the_header_is_no_pair_of_twins() -> None:
    fmt = Format(kind="csv", expected=("no", "at", "cause"))
    with pytest.raises(RejectBatch) as caught:
        column_names(["F1", "0", "0", "smoking"], Member(Path("a.csv")), 1, None, fmt)
    assert [(each.code, each.expected) for each in caught.value.findings] == [("NO_HEADER", "no, at, cause")]
    with pytest.raises(RejectBatch) as caught:
        column_names(["no", "at", "at"], Member(Path("a.csv")), 1, None, fmt)
    assert [each.code for each in caught.value.findings] == ["DUPLICATE_COLUMN"]
