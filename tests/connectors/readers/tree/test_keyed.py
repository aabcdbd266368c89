"""Lists of names and values of JSON documents as columns by their key."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from connectors.readers import Limits, Member, reader
from connectors.readers.format import Format
from tests.support.delivered import here

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.delivered import Outcome


def read(folder: Path, document: Any, **agreed: Any) -> Outcome:
    path = folder / "delivery.json"
    path.write_text(json.dumps(document), "utf-8")
    return here(path, kind="json", **agreed)


def test_items_of_a_list_by_their_key(tmp_path: Path) -> None:
    values = [{"k": ["http://x/age"], "v": 7, "in": {"unit": "a"}}, {"k": "sex", "v": "F", "list": [1, 2]}]
    outcome = read(tmp_path, [{"no": 1, "values": values}, {"no": 2}, {"no": 3, "values": []}], keyed={"values": "k"})
    assert outcome.cells[0] == {
        "no": "1",
        "values=age/v": "7",
        "values=age/in/unit": "a",
        "values=sex/v": "F",
        "values=sex/list": ["1", "2"],
    }
    assert [row["values=age/v"] for row in outcome.cells] == ["7", None, None]


def test_items_with_one_key_lie_side_by_side(tmp_path: Path) -> None:
    values = [{"k": "a", "v": 1}, {"k": "a", "w": 2}, {"k": "b", "v": 3}]
    (row,) = read(tmp_path, {"values": values}, keyed={"values": "k"}).cells
    assert row == {
        "values=a/v": ["1", None],
        "values=a/w": [None, "2"],
        "values=b/v": "3",
    }


@pytest.mark.parametrize("item", [{"v": 1}, {"k": ""}, {"k": ["a", "b"]}, {"k": {"x": 1}}, "text"])
def test_an_item_without_a_key_is_faulty(tmp_path: Path, item: Any) -> None:
    document = [{"values": [item]}, {"values": [{"k": "a", "v": 1}]}]
    outcome = read(tmp_path, document, keyed={"values": "k"})
    assert outcome.faults == [(1, "BAD_RECORD")]
    assert outcome.cells[0]["values=a/v"] == "1"


def test_events_of_dhis2(shared: Callable[[str], Path]) -> None:
    path = shared("data2/dhis2/tracker_events_events.json")
    agreed = {"kind": "json", "records": "events", "keyed": {"dataValues": "dataElement"}}
    outcome = here(path, **agreed)
    found = {
        row["event"]: (row["dataValues=BuZ5LGNfGEU/value"], row["dataValues=ZrqtjjveTFc/value"])
        for row in outcome.cells
    }
    assert found["uairHTqZ5ye"] == ("33", "Male")
    assert found["XVPPQHHIE1q"] == ("16", "Female")
    names = reader("json").header([Member(path)], Format.of(agreed), Limits())
    assert "dataValues=inc5BJvr4W5/value" in names


def test_an_object_where_others_have_a_list_is_a_list_of_one(tmp_path: Path) -> None:
    document = [{"values": {"k": "a", "v": 1, "in": {"w": 2}}}, {"values": [{"k": "a", "v": 3}]}]
    assert read(tmp_path, document, keyed={"values": "k"}).cells == [
        {"values=a/v": "1", "values=a/in/w": "2"},
        {"values=a/v": "3", "values=a/in/w": None},
    ]


def test_a_member_is_not_lost_to_an_item_that_makes_the_same_column(tmp_path: Path) -> None:
    document = [{"values=a/v": "1", "values": [{"k": "a", "v": 2}]}, {"values": [{"k": "b", "v": 3}]}]
    assert read(tmp_path, document, keyed={"values": "k"}).faults == [(1, "CELL_ERROR")]
