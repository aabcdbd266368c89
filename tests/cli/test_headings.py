"""Headings of tables are in the reader's language; JSON keeps the names of its members."""

from __future__ import annotations

import ast
import json
from typing import TYPE_CHECKING

from cli import batch, code, conflict, finding, source
from cli.screen import COUNTS, FINE, guarded, heading, print_rows
from hub.i18n import has
from hub.settings import PROJECT, settings
from pipeline.reports.trace.line import LineTrace
from pipeline.reports.trace.record import RecordTrace
from pipeline.review.hold import Hold, OpenHold

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

PRINTED_APART = {"reasons", "fields"}  # of a hold, of a record: tables of their own
CONSTANTS = (
    *(batch.COLUMNS, batch.CLOSED, code.COLUMNS),
    *(conflict.LIST, conflict.SUMMARY, finding.COLUMNS, source.DRAFTED),
)


def literal_names() -> Iterator[str]:
    """Yield every name in a tuple of texts that a command hands to a table, or keeps for one."""
    for path in sorted((PROJECT / "cli").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            printed = isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"print_list", "print_rows"}
            kept = isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in {"names", "columns"}
            for part in [*node.args[:1]] if printed else [node.value] if kept else []:  # type: ignore[attr-defined]
                for each in part.elts if isinstance(part, ast.Tuple) else ():
                    if isinstance(each, ast.Constant):
                        yield each.value


def test_every_column_has_a_heading() -> None:
    members = {name for each in (LineTrace, RecordTrace, Hold, OpenHold) for name in each.__annotations__}
    names = {*literal_names(), *members, *(name for names in CONSTANTS for name in names)}
    assert len(names) > len(members) + len(COUNTS)
    assert not [name for name in sorted(names - {*COUNTS, *PRINTED_APART}) if not has(f"heading.{name}")]
    assert heading("as_it_is") == "as_it_is"


def test_a_list_is_headed_in_its_language(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RISKHUB_LANG", "en")
    headings = {}
    for language in ("en", "zh"):
        assert guarded(["finding", "list", "--language", language]) == FINE
        headings[language] = capsys.readouterr().out.splitlines()[0].split()
    assert headings == {"en": ["code", "level", "scope", "title"], "zh": ["代码", "级别", "范围", "名称"]}
    assert guarded(["finding", "list", "--language", "zh", "--json"]) == FINE
    assert set(json.loads(capsys.readouterr().out)[0]) == {"code", "level", "scope", "title"}
    settings.cache_clear()


def test_numbers_stay_on_the_right_under_a_chinese_heading(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RISKHUB_LANG", "zh")
    print_rows(("source", "quarantined"), [{"source": "a/b", "quarantined": 1}], right=("quarantined",))
    head, row = capsys.readouterr().out.splitlines()
    assert head.split() == ["来源", "隔离"]
    assert row == "a/b      1"


def test_members_of_one_thing_are_called_in_the_language(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RISKHUB_LANG", "zh")
    settings.cache_clear()
    assert guarded(["finding", "show", "BAD_DATE"]) == FINE
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["代码", "级别", "范围", "名称", "说明", "处理办法"]
    settings.cache_clear()
