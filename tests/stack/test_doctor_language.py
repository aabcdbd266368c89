"""Every line of `riskhub doctor` is in Chinese for whoever asks in Chinese, when all is well and when it is not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from connectors.inbox.exchange import exchange_folder
from hub.settings import settings
from stack import doctor, doctor_warehouse
from stack.doctor_warehouse import LoginFacts

if TYPE_CHECKING:
    from pathlib import Path

    from stack.checks import Check

SOURCE = "hn_fire/incidents"
HAN = re.compile("[\u4e00-\u9fff]")
ENGLISH = re.compile(r"[A-Za-z']+ [a-z']+ [a-z']+")
COMMAND = re.compile(r"(?:riskhub|chmod|airflow|make|kill) [\w /.:=<>-]*")
NOTHING_TO_TRANSLATE = {"python", "home"}  # their lines are a version and a path


@pytest.fixture
def in_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RISKHUB_LANG", "zh")
    settings.cache_clear()


def assert_chinese(check: Check) -> None:
    for text in filter(None, (check.says, check.cure)):
        plain = COMMAND.sub("", text)
        assert not ENGLISH.search(plain), (check.name, text)
        assert HAN.search(plain) or check.name in NOTHING_TO_TRANSLATE or text.startswith("ch"), (check.name, text)


@pytest.mark.usefixtures("warehouse", "in_chinese")
def test_all_lines_of_a_hub_that_is_well() -> None:
    found = doctor.diagnose(60)
    assert {check.name for check in found} >= set(doctor.CHECKS) - {"parts"}
    for check in found:
        assert_chinese(check)


@pytest.mark.usefixtures("in_chinese")
def test_all_lines_without_a_database(home: Path) -> None:
    found = {check.name: check for check in doctor.diagnose(60)}
    assert not found["warehouse"].fine
    for check in found.values():
        assert_chinese(check)
    assert home.exists()


@pytest.mark.usefixtures("in_chinese")
def test_the_faults_of_folders(home: Path) -> None:
    folder = exchange_folder(SOURCE)
    (folder / "in").chmod(0o777)
    (folder / "out").chmod(0o770)
    (home / "logs").mkdir()
    (home / "logs").chmod(0o777)
    found = {check.name: check for check in doctor.diagnose(60)}
    for name in ("rights", "exchange"):
        assert found[name].fine is False
        assert_chinese(found[name])
    assert "被其他用户读取、写入、进入" in found["exchange"].says
    settings().exchange.chmod(0o777)
    exchange = next(check for check in doctor.diagnose(60) if check.name == "exchange")
    assert f"{settings().exchange} 可被其他用户写入" in exchange.says
    assert_chinese(exchange)


@pytest.mark.usefixtures("in_chinese")
def test_each_right_that_a_login_should_not_have() -> None:
    wrong = LoginFacts(
        login="eve",
        is_superuser=True,
        owns_tables=True,
        writes=True,
        sees_quarantine=True,
        makes_temporary=True,
        other_databases=True,
    )
    faults = doctor_warehouse.faults_of_analyst(wrong)
    assert len(faults) == 6
    hub = doctor_warehouse.faults_of_hub({**wrong, "writes": False})
    assert len(hub) == 3
    for text in faults + hub:
        assert HAN.search(text), text
        assert not ENGLISH.search(text.replace("riskhub sql", "")), text
