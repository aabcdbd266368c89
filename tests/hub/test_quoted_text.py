"""What a server, a driver or a library says may quote a value: nobody's number is passed on, whole or cut in two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from connectors.readers.text.encoding_guess import guess
from hub.errors import FixTheHub, HubError, RetryLater, WrongUsage
from hub.personal import QUOTED, masked, quoted
from standards import standard

if TYPE_CHECKING:
    from pathlib import Path

NUMBERS = ("460105199003071239", "13812345678", "138-1234-5678", "E31234567", "wang.wu@example.com", "琼A12345")


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("before", range(QUOTED - 25, QUOTED + 1, 3))
def test_nothing_of_a_number_is_left_where_a_text_is_cut(number: str, before: int) -> None:
    said = quoted(f"{'x' * before} {number}\n 的值无效")
    assert len(said) <= QUOTED
    assert number[:4] not in said


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("kind", [FixTheHub, RetryLater, WrongUsage])
def test_an_error_shows_no_number_that_was_quoted(number: str, kind: type[HubError]) -> None:
    fault = kind(f"ERROR: {number}", where="sftp://hub@example.com/in", why=f"DETAIL: Key (no)=({number})\nof it")
    assert number not in f"{fault} {fault.what} {fault.why} {fault.args}"
    assert (fault.where, fault.why.count("\n")) == ("sftp://hub@example.com/in", 1)


def test_numbers_of_every_province_are_hidden_and_of_no_place_that_there_is_not() -> None:
    """GB/T 2260: the provinces of the list of regions, those that have a code only, and 91 of permits to stay."""
    provinces = {code[:2] for code in standard().codelists["region"].codes.to_pylist()} | {"71", "81", "82", "83", "91"}
    hidden = {f"{two}" for two in range(10, 100) if "[***" in masked(f"身份证 {two}010219900307123")}
    assert hidden == provinces


@pytest.mark.parametrize("batch", ["20261129-140113-90017e2c", "20261129-153000-12345abc", "20261129-190000-00000a00"])
def test_the_id_of_a_batch_is_nobodys_telephone(batch: str) -> None:
    assert masked(f"riskhub trace {batch}:3, {batch}") == f"riskhub trace {batch}:3, {batch}"
    assert quoted(f"batch {batch} is held") == f"batch {batch} is held"


@pytest.mark.parametrize(
    "text", ["20261129-13812345678", "20261129-138123-45678", "20261129-138123-45678 abc", "138123-45678"]
)
def test_a_telephone_behind_a_date_is_one(text: str) -> None:
    assert "[***phone]" in masked(text)


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("before", range(30, 60, 2))
def test_a_line_that_shows_encodings_shows_nobody(tmp_path: Path, number: str, before: int) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f"номер;{'x' * before} {number};товар\n".encode("cp1251", "replace"))
    found = guess(path)
    assert found.readings
    assert number[:5] not in found.shown()
    assert number[-5:] not in found.shown()
