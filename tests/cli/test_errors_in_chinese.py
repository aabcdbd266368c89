"""Errors in Chinese: every part of them, and no sentence in English beside them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from cli.screen import FAULT, WRONG, guarded
from connectors.readers.format import Format
from connectors.readers.layout import FixedColumn
from connectors.sandbox.reader import read
from hub.errors import FixTheHub
from hub.settings import settings
from pipeline.checks.submission import read_submission
from pipeline.terms.schedule import terms_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FIRE = "us_pittsburgh/fire_incidents"
ENGLISH = re.compile(r"\b[a-z]{3,} [a-z]{2,} [a-z]{2,}\b")  # three words in a row; commands are cut out before


@pytest.fixture(autouse=True)
def chinese(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:  # noqa: ARG001 - a home of its own
    monkeypatch.setenv("RISKHUB_LANG", "zh")
    settings.cache_clear()
    yield
    settings.cache_clear()


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = guarded(list(arguments))
    return code, capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (
            ["drop", "{file}.part", "--source", FIRE],
            ["交换文件夹会忽略名为 rows.csv.part 的文件", "尚未写完", "更改文件名"],
        ),
        (["drop", "{file}", "--source", "no/such"], ["没有数据源 no/such", "已有的数据源：", FIRE]),
        (["check", "{file}.none", "--source", FIRE], ["没有文件", "请指定已存在的文件"]),
        (
            ["source", "new", "a/b", "--from", "{file}", "--record-type", "none"],
            ["没有记录类型 none", "记录类型：acceptance_result"],
        ),
        (["code", "merge", "{file}"], ["rows.csv 缺少列", "请保留 `riskhub code check --export FILE.csv` 写出的表头"]),
        (["manifest", "sign", "{file}.none", "--key", "{file}"], ["rows.csv.none 无法读取", "FileNotFoundError"]),
    ],
)
def test_an_error_is_chinese_in_all_its_parts(
    arguments: list[str], parts: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("a\n1\n")
    (tmp_path / "rows.csv.part").write_text("a\n1\n")
    code, printed = refused(capsys, *(each.format(file=file) for each in arguments))
    assert code in {WRONG, FAULT}
    for part in parts:
        assert part in printed
    assert not ENGLISH.search(re.sub("`[^`]*`", "", printed)), printed


def test_lines_that_may_be_meant_are_joined_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    code, printed = refused(capsys, "list")
    assert code == WRONG
    assert "没有命令 list。" in printed
    assert "` 或 `" in printed.replace("`或`", "` 或 `")
    assert " or " not in printed


def test_braces_of_an_example_are_shown(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="无法理解") as fault:
        terms_of({"every": "P0D"}, str(tmp_path))
    assert "P0D 不是时长" in str(fault.value)
    assert "{every: P1D, by: '17:00', grace: PT6H}" in str(fault.value)


def test_an_error_of_the_process_that_reads_is_chinese_too(tmp_path: Path) -> None:
    file = tmp_path / "rows.txt"
    file.write_bytes("ab\n".encode("utf-16"))
    form = Format(kind="fixed", encoding="utf-16", unit="bytes", layout=(FixedColumn("a", 1, 2),))
    with pytest.raises(FixTheHub, match="双字节编码的文本不能按字节计列"), read(file, form) as reading:
        list(reading)


def test_a_missing_manifest(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="没有清单文件"):
        read_submission(tmp_path / "none.manifest.json")
