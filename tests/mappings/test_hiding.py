"""Numbers of persons in free text: not in findings, not in quarantine."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.finding import findings_of
from hub.personal import Depth, masked
from mappings.engine import mask, named
from mappings.engine.run.mask import masked_text
from tests.support.folders import FIRE, refine, rows_of, source_of

if TYPE_CHECKING:
    from pathlib import Path

RESIDENT, MOBILE = "460105199003071234", "13812345678"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"伤者{RESIDENT}，电话{MOBILE}。", "伤者[***id]，电话[***phone]。"),
        (f"{MOBILE} {MOBILE},{RESIDENT}", "[***phone] [***phone],[***id]"),
        ("46010519900307123x", "[***id]"),
        ("tel138-1234-5678", "tel[***phone]"),
        ("+86 13812345678", "[***phone]"),
        ("８６１３８１２３４５６７８", "[***phone]"),
        ("6401202610180000011", "6401202610180000011"),  # 19 digits
        ("640120261018000001", "640120261018000001"),  # a declaration: no day of birth in it
        ("12345678901", "12345678901"),
        ("1381234567", "1381234567"),
        ("2026-03-02 07:05:00", "2026-03-02 07:05:00"),
    ],
)
def test_what_is_a_number_of_a_person(text: str, shown: str) -> None:
    assert masked_text(pa.array([text, None])).to_pylist() == [shown, None]


@given(st.text(alphabet="，a b\n", max_size=5), st.text(alphabet="。x -", min_size=1, max_size=5))
def test_it_is_found_wherever_it_stands(before: str, after: str) -> None:
    text = f"{before}{RESIDENT}{after}{MOBILE}{before}"
    shown = masked_text(pa.array([text]))[0].as_py()
    assert RESIDENT not in shown
    assert MOBILE not in shown


UNSEEN = ["", "", "", "\u200b", "\ufeff", "\u00ad", "\u2060", "\u200d\u200b"]
PARTS = ["", " ", "-", "\u00a0", "\u3000", "－", "–", "—", "‑", "−", "\u2009"]
WITHIN = st.lists(st.sampled_from(UNSEEN), min_size=18, max_size=18)
WIDE = st.lists(st.booleans(), min_size=18, max_size=18)


def disguised(number: str, unseen: list[str], wide: list[bool]) -> str:
    """Return a number with some of its digits in full width, and between them what nobody sees."""
    signs = [chr(ord(each) + 0xFEE0) if broad and each.isdigit() else each for each, broad in zip(number, wide)]  # noqa: B905
    return "".join(f"{each}{after}" for each, after in zip(signs, unseen)).rstrip("".join(UNSEEN))  # noqa: B905


@given(WITHIN, WIDE, st.sampled_from(PARTS), st.sampled_from(["患者", "tel:", "", "电话（"]))
def test_a_disguised_telephone_is_hidden(unseen: list[str], wide: list[bool], apart: str, before: str) -> None:
    parts = [disguised(each, unseen[at:], wide[at:]) for at, each in enumerate((MOBILE[:3], MOBILE[3:7], MOBILE[7:]))]
    assert masked_text(pa.array([f"{before}{apart.join(parts)}，"]))[0].as_py() == f"{before}[***phone]，"


@given(
    WITHIN, WIDE, st.sampled_from(["", " ", "\u3000"]), st.sampled_from(["460105199003071239", "11010519491231002X"])
)
def test_a_disguised_identity_number_is_hidden(unseen: list[str], wide: list[bool], apart: str, number: str) -> None:
    parts = [disguised(number[at : at + 4], unseen[at:], wide[at:]) for at in range(0, 18, 4)]
    assert masked_text(pa.array([f"患者{apart.join(parts)}，"]))[0].as_py() == "患者[***id]，"


@pytest.mark.parametrize("text", ["138.1234.5678", "138/1234/5678", "138·1234·5678"])
def test_a_telephone_in_three_parts_is_hidden(text: str) -> None:
    assert masked_text(pa.array([f"电话{text}。"]))[0].as_py() == "电话[***phone]。"


@pytest.mark.parametrize(
    "text",
    [
        "东经135.12345678",
        "13.5-14.2-15.3",
        "共１５３件，其中２",
        "3－5天",
        "１３８ ７７７",
        "👩\u200d🚒 13天",
        "4601 0820 2610 0300 17",
    ],
)
def test_what_is_no_number_of_a_person_stays_as_it_is(text: str) -> None:
    assert masked_text(pa.array([text]))[0].as_py() == text


@pytest.mark.parametrize("sign", ["\u200b", "\u00ad", "\ufeff", "\u3000", "·"])
def test_a_row_s_own_values_are_found_with_signs_between(tmp_path: Path, sign: str) -> None:
    body = (
        FIRE
        + "  narrative: text\n  address_text: place\npersonal: [who, tel]\nignore: {who: not needed, tel: not needed}\n"
    )
    source = source_of(tmp_path, body)
    texts = {"text": [f"伤者欧{sign}瑾瑜，{MOBILE[:2]}{sign}{MOBILE[2:]}"], "place": [f"欧瑾{sign}瑜家"]}
    made = refine(rows_of({"no": ["1"], "at": ["2026-03-02"], **texts, "who": ["欧瑾瑜"], "tel": [MOBILE]}), source)
    table = made.tables[""]
    assert table["narrative"].to_pylist() == ["伤者[***person]，[***phone]"]
    assert table["address_text"].to_pylist() == ["[***person]家"]


def test_findings_and_quarantine_do_not_show_them(tmp_path: Path) -> None:
    source = source_of(tmp_path, FIRE + "  death_count: {column: n, integer: true}\n  narrative: text\n")
    secret = f"死者{RESIDENT}家属{MOBILE}"
    batch = rows_of({"no": [MOBILE], "at": ["x"], "n": [secret], "text": [secret + "\x00"]})
    hidden = "死者[***id]家属[***phone]"
    made = refine(batch, source)
    told = made.findings.group_by(["code", "value"]).aggregate([]).to_pylist()
    assert {(each["code"], each["value"]) for each in told} >= {("PERSONAL_KEY", "[***phone]"), ("BAD_NUMBER", hidden)}
    assert pc.sum(pc.equal(made.findings["code"], "PERSONAL_HIDDEN")).as_py() == 3
    assert MOBILE not in str(made.findings.to_pylist()) + str(made.tables)
    kept = json.loads(mask(batch, source)[0].as_py())
    assert kept == {"no": "[***phone]", "at": "x", "n": hidden, "text": f"{hidden}\ufffd"}
    theirs = findings_of(pa.array([0]), "TEXT_TOO_LONG", field="narrative", values=pa.array([secret]))
    assert named(theirs, source.routes[0]).to_pylist()[0]["value"] == hidden


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("加微信:zhang_san88退款", "加微信:[***account]退款"),
        ("加微信：lisimail退款", "加微信：[***account]退款"),
        ("vx号wx20abcdef", "vx号[***account]"),
        ("QQ群 1234567", "QQ群 [***account]"),
        ("请加微信zhang123！", "请加微信[***account]！"),
        ("微信payment failed", "微信payment failed"),
        ("可以上QQ听MP3，能用微信付10000元的货", "可以上QQ听MP3，能用微信付10000元的货"),
        ("微信 12000元已付，QQ 12000", "微信 12000元已付，QQ [***account]"),
        ("RX wx-ray 1234567", "RX wx-ray 1234567"),
        ("ABQQ 12345", "ABQQ 12345"),
    ],
)
def test_an_account_of_a_messenger_is_hidden_after_a_word_for_it(text: str, kept: str) -> None:
    assert masked_text(pa.array([text]))[0].as_py() == kept
    assert masked(text, Depth.IDENTIFIER) == text


@pytest.mark.parametrize(
    ("number", "kept"),
    [
        ("460108199003077758", "[***id]"),  # a mistyped check digit, and nobody numbers records of 1990
        ("460108202610030017", "460108202610030017"),
        ("460108201003070017", "460108201003070017"),
        ("XF460108199003077758", "XF460108199003077758"),
    ],
)
def test_a_record_number_is_a_mistyped_identity_when_it_is_old_and_stands_alone(number: str, kept: str) -> None:
    assert masked(number, Depth.IDENTIFIER) == kept


@pytest.mark.parametrize("number", ["-79.13812345678", "132451.15912345678", "13812345678.25", "0.110105194912310021"])
def test_the_places_of_a_number_are_nobodys_telephone(number: str) -> None:
    assert masked(number, Depth.VALUE) == number
    assert masked(f"经度 {number}，余略") == f"经度 {number}，余略"


def test_a_full_stop_before_a_telephone_does_not_hide_it_from_us() -> None:
    assert masked("电话.13812345678") == "电话.[***phone]"
    assert masked("请拨13812345678.") == "请拨[***phone]."


NESTED = """\
fields:
  source_record_no: no
  event_at: {column: at, datetime: ["%Y-%m-%d"], tz: UTC}
  ie_flag_code: {constant: I}
children:
  goods: {of: boxes, each: items, fields: {g_no: {column: "#", integer: true}, hs_code: {constant: "8504"}, name: text}}
"""


def test_numbers_in_lists_within_lists_are_hidden(tmp_path: Path) -> None:
    source = source_of(tmp_path, NESTED, record_type="customs_declaration")
    # the reader calls an attribute of a list's item `./@type`
    boxes = [
        {"./@type": "a", "items": [{"text": f"call {MOBILE}", "./@type": None}, {"text": "nobody", "./@type": "b"}]}
    ]
    rows = rows_of({"no": ["1", "2"], "at": ["2026-01-01"] * 2, "boxes": [boxes, None]})
    refined = refine(rows, source)
    assert refined.tables["goods"]["name"].to_pylist() == ["call [***phone]", "nobody"]
    (finding,) = refined.findings.to_pylist()
    assert (finding["row"], finding["code"], finding["column"]) == (0, "PERSONAL_HIDDEN", "boxes/items/text")
    assert MOBILE not in mask(rows, source)[0].as_py()
