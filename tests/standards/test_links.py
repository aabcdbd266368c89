"""Links are sound, and what is not sound is refused with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from hub.errors import FixTheHub
from standards.links import LINKS, links, read_link
from standards.tables import metadata

if TYPE_CHECKING:
    from pathlib import Path

SOUND = yaml.safe_load((LINKS / "declaration_inspection.yml").read_text("utf-8"))


def test_every_link_of_the_standard_is_sound() -> None:
    assert len(links()) >= 4
    for link in links().values():
        assert link.compare
        for side in ("left", "right"):
            table, columns = link.index_of(side)
            indexed = [
                [column.name for column in index.columns] for index in metadata().tables[f"core.{table}"].indexes
            ]
            assert list(columns) in indexed, f"{link.id}: {table} is searched without an index"


def test_values_are_told_by_what_the_standard_shares() -> None:
    link = links()["declaration_inspection"]
    rules = {rule.id: rule for rule in link.compare}
    assert link.is_shared(rules["more_affected_than_declared"].right), "conditional, and the link has a basis"
    without = read_link(LINKS / "batch_sampling_recall.yml")
    assert without.is_shared(without.compare[0].left), "unconditional"
    assert not without.is_shared(rules["more_affected_than_declared"].right), "conditional, and no basis"


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("lable", {}, "/lable: unknown key (did you mean label?)"),
        ("id", "other", "/id: other is not the name of the file"),
        ("label", {"en": "x"}, "/label: needs en and zh"),
        ("label", {"en": None, "zh": "关联"}, "/label/en: None is no text"),
        ("label", {"en": "a link", "zh": " "}, "/label/zh: ' ' is no text"),
        ("label", {"en": "a link", "zh": "a link"}, "/label/zh: 'a link' is not Chinese"),
        ("basis", {"en": "关联", "zh": "关联"}, "/basis/en: '关联' is not English"),
        ("sides", [{"record_type": "customs_declaration"}], "/sides: exactly two"),
        (
            "sides",
            [{"record_type": "customs_declaratoin"}, {"record_type": "recall"}],
            "did you mean customs_declaration",
        ),
        ("sides", [{"record_type": "recall", "item": "produkt"}, {"record_type": "recall"}], "did you mean product"),
        ("on", [], "/on: at least one pair"),
        (
            "on",
            [["declaration_no", "declaration_num"]],
            "port_inspection has no field declaration_num (did you mean declaration_no?)",
        ),
        ("on", [["goods.g_no", "declaration_no"]], "goods.g_no is int64 and declaration_no is string"),
        ("compare", [{"id": "x", "fields": ["goods.hs_code", "product.hs_code"]}], "/compare/0/message: is missing"),
        ("compare", [1], "/compare/0: not a mapping"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, key: str, value: object, told: str) -> None:
    assert told in refused(tmp_path, SOUND | {key: value})


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"digits": 0}, "positive"),
        ({"tolerance": 0.1}, "tolerance: does not go with string"),
        ({"op": "<"}, "/op: < (known: ==, >=)"),
        ({"days": True}, "is not what stands here"),
        ({"message": {"en": "a", "zh": 1}}, "/compare/0/message/zh: 1 is no text"),
        ({"same": ["goods.unit_code"]}, "is no pair of fields"),
        ({"fields": ["goods.hs_code", "product.person_token"]}, "product.person_token"),
    ],
)
def test_a_rule_that_is_wrong_is_said(tmp_path: Path, more: dict[str, object], told: str) -> None:
    rule = {"id": "x", "fields": ["goods.hs_code", "product.hs_code"], "message": {"en": "a", "zh": "甲"}}
    assert told in refused(tmp_path, SOUND | {"compare": [rule | more]})


def test_personal_values_are_never_compared(tmp_path: Path) -> None:
    personal = {
        "id": "wrong",
        "label": {"en": "a", "zh": "甲"},
        "sides": [{"record_type": "injury_case"}, {"record_type": "injury_case"}],
        "on": [["person_token", "person_token"]],
        "compare": [{"id": "x", "fields": ["sex_code", "sex_code"], "message": {"en": "a", "zh": "甲"}}],
    }
    assert "may not be compared across agencies" in refused(tmp_path, personal, "wrong")


def refused(folder: Path, written: object, name: str = "declaration_inspection") -> str:
    path = folder / f"{name}.yml"
    path.write_text(yaml.safe_dump(written, allow_unicode=True), "utf-8")
    with pytest.raises(FixTheHub) as fault:
        read_link(path)
    assert fault.value.where == f"standards/links/{name}.yml"
    return fault.value.why
