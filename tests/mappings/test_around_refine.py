"""The header, the quarantine's copy, the explanation, the light heads."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from hub.finding import findings_of
from mappings.catalogue import source_headers
from mappings.engine import check_header, explain, mask, named
from mappings.engine.model.rule import Rule
from tests.support.folders import FIRE, refine, rows_of, source_of, told, write_source

if TYPE_CHECKING:
    from pathlib import Path

PERSON = (
    FIRE
    + """\
  summary: text
  address_text: street
ignore: {name: personal data, phone: not needed, "extra/*": another agreement}
personal: [name, street]
optional: [text]
"""
)
CANARY = "张三canary"


def test_the_header(tmp_path: Path) -> None:
    source = source_of(tmp_path, PERSON)
    found = check_header(["no", "At", "name", "extra/a", "extra/b", "new", "@row"], source)
    assert [(each.code, each.column, each.expected) for each in found] == [
        ("MISSING_COLUMN", "at", "At"),
        ("MISSING_COLUMN", "street", None),
        ("UNMAPPED_COLUMN", "At", None),
        ("UNMAPPED_COLUMN", "new", None),
    ]
    assert check_header(["no", "at", "name", "phone", "street"], source) == []


def test_the_header_of_lists(tmp_path: Path) -> None:
    body = FIRE.replace("  incident_no: no\n", "  ie_flag_code: {constant: I}\n") + (
        "children: {goods: {each: list, fields: {g_no: {column: n, integer: true}, hs_code: c}}}\n"
        "ignore: {list/x: no use}\n"
    )
    source = source_of(tmp_path, body, record_type="customs_declaration")
    item = pa.struct([pa.field(name, pa.string()) for name in ("n", "c", "x", "y")])
    schema = pa.schema([pa.field("no", pa.string()), pa.field("at", pa.string()), pa.field("list", pa.list_(item))])
    assert [each.column for each in check_header(schema, source)] == ["list/y"]


def test_what_quarantine_keeps(tmp_path: Path) -> None:
    source = source_of(tmp_path, PERSON)
    batch = rows_of(
        {"no": ["1", "2"], "at": ["x", 'a"b'], "name": [CANARY, ""], "phone": ["139", ""], "street": [CANARY, None],
         "text": ["t\x00", ""], "new": [CANARY, ""]}
    )  # fmt: skip
    kept = [json.loads(each) for each in mask(batch, source).to_pylist()]
    assert kept[0] == {
        "no": "1",
        "at": "x",
        "name": "***",
        "phone": "***",
        "street": "***",
        "text": "t\ufffd",
        "new": "***",
    }
    assert kept[1]["at"] == 'a"b'
    assert kept[1]["name"] is None


def test_a_row_that_was_not_cut_shows_nothing_of_a_person(tmp_path: Path) -> None:
    batch = rows_of({"no": ["1"], "at": ["x"]}, {0: ("WRONG_CELL_COUNT", CANARY)})
    assert CANARY not in str(mask(batch, source_of(tmp_path / "a", PERSON)).to_pylist())
    assert CANARY in str(mask(batch, source_of(tmp_path / "b"))[0])


def test_lists_are_masked_member_by_member(tmp_path: Path) -> None:
    body = FIRE.replace("  incident_no: no\n", "  ie_flag_code: {constant: I}\n") + (
        "children: {party: {each: list, fields:\n"
        "  {name: n, role_code: {constant: importer}, person_token: {column: i, token: person}}}}\n"
    )
    source = source_of(tmp_path, body, record_type="customs_declaration")
    batch = rows_of({"no": ["1", "2"], "at": ["x", "y"], "list": [[{"n": "公司", "i": CANARY, "z": CANARY}], None]})
    kept = [json.loads(each) for each in mask(batch.slice(0, 2), source).to_pylist()]
    assert kept[0]["list"] == [{"n": "公司", "i": "***", "z": "***"}]
    assert kept[1]["list"] == []


@pytest.mark.parametrize("canary", [CANARY, f" {CANARY} ", f"{CANARY}\x00", "１２" + CANARY, "460105199003071234"])
@pytest.mark.usefixtures("known_key")
def test_no_personal_value_comes_out(tmp_path: Path, canary: str) -> None:
    body = (
        "fields:\n  source_record_no: no\n  event_at: {column: at, datetime: ['%Y-%m-%d'], tz: UTC}\n"
        "  person_token: {column: id, token: person}\n  age_years: {column: age, integer: true}\n"
        "  sex_code: {column: sex, crosswalk: sex}\n  region_code: {column: home, region: true}\n"
        "personal: [id, age, sex, home, name]\nignore: {name: personal data}\n"
    )
    source = source_of(tmp_path, body, record_type="injury_case", crosswalks={"sex": "男,1,\n"})
    columns = {each: [canary] for each in ("id", "age", "sex", "home", "name")}
    columns["age"] = [canary + "x"]
    batch = rows_of({"no": ["1"], "at": ["2026-01-01"], **columns})
    refined = refine(batch, source)
    assert len(told(refined.findings)) >= 3
    heard = str(
        [refined.findings.to_pylist(), [each.to_pylist() for each in refined.tables.values()], mask(batch, source)]
    )
    for secret in (canary, canary.strip(), "张三", "12" + CANARY):
        assert secret not in heard


def test_explanations(tmp_path: Path) -> None:
    body = (
        FIRE + "  loss_cny: {column: loss, decimal: 2, times: 10000}\n  country_code: {constant: CHN}\n"
        "  product.0.name: {join: [a, b], with: '-'}\n"
    )
    source = source_of(tmp_path, body).routes[0]
    assert explain(source, "loss_cny", "en") == [("loss", "read as a number with 2 places, times 10000")]
    assert explain(source, "country_code", "zh") == [("", "固定为 CHN")]
    assert [column for column, _ in explain(source, "product.0.name", "en")] == ["a", "b"]
    assert explain(source, "event_at", "zh")[0][1].endswith("Asia/Shanghai）")
    assert explain(source, "narrative") == []


def test_every_verb_has_words(tmp_path: Path) -> None:
    (route,) = source_of(tmp_path, FIRE).routes
    first = route.rules[0]
    samples = {
        "first": ["a"], "join": ["a"], "constant": "x", "function": "f", "datetime": ["%Y"], "date": ["%Y"],
        "decimal": 2, "integer": True, "crosswalk": "c", "named": "analyte", "region": True, "token": "person",
        "boolean": {"true": ["Y"], "false": ["N"]},
    }  # fmt: skip
    for name, value in samples.items():
        subject = name if name in {"first", "join", "constant", "function"} else "column"
        verb = "text" if subject == name else name
        rule = Rule(first.path, first.target, subject, ("a",), ("a",), verb, {name: value})
        told_by = replace(route, rules=(rule,))
        for language in ("en", "zh"):
            assert explain(told_by, rule.path, language)[0][1]
    rule = Rule(first.path, first.target, "column", ("a",), ("a",), "newest", {"newest": ["x", "y"]})
    assert explain(replace(route, rules=(rule,)), rule.path, "zh") == [("a", "newest: x, y")]  # without a text yet


def test_findings_get_the_senders_columns(tmp_path: Path) -> None:
    (route,) = source_of(tmp_path, FIRE).routes
    both = [findings_of(pa.array([4]), "MISSING_VALUE", field=each) for each in ("incident_no", "source_record_no")]
    other = findings_of(pa.array([4, 5]), "WRONG_PATTERN", field="incident_no")
    mine = findings_of(pa.array([6]), "BAD_DATE", column="at", field="event_at")
    blank = findings_of(pa.array([7]), "REPAIRED_BLANKS", column="no", field="source_record_no")
    missing = findings_of(pa.array([7]), "MISSING_VALUE", field="incident_no")
    found = named(pa.concat_tables([*both, other, mine, blank, missing]), route)
    assert [(line["row"], line["code"], line["column"]) for line in found.to_pylist()] == [
        (4, "MISSING_VALUE", "no"), (4, "WRONG_PATTERN", "no"), (5, "WRONG_PATTERN", "no"), (6, "BAD_DATE", "at"),
        (7, "REPAIRED_BLANKS", "no"), (7, "MISSING_VALUE", "no"),
    ]  # fmt: skip


def test_heads_are_light_and_survive_broken_folders(tmp_path: Path) -> None:
    write_source(tmp_path, FIRE + "expect: {every: P1D, rows: {min: 1}}\n")
    for name, text in (("b1", "a: ["), ("b2", "- x"), ("b3", "connector: x")):
        folder = tmp_path / "hn_test" / name
        folder.mkdir()
        (folder / "mapping.yml").write_text(text)
    (tmp_path / "hn_test" / "b4").mkdir()
    (tmp_path / "hn_test" / "b4" / "mapping.yml").write_bytes(b"\xff\xfe")
    found = {head.feed: head for head in source_headers([tmp_path])}
    assert [feed for feed, head in found.items() if head.error is None] == ["things"]
    assert found["things"].expect == {"every": "P1D", "rows": {"min": 1}}
    assert found["things"].record_types == ("fire_incident",)
    code = "import sys, mappings.catalogue; print([m for m in ('pyarrow', 'duckdb', 'jsonschema') if m in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )
