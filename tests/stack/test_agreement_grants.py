"""What a sharing agreement grants, from its file to the login of the other agency: no more, and no longer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import psycopg
import pytest

from cli.screen import WRONG, guarded
from hub.clock import now
from hub.errors import FixTheHub
from hub.settings import settings
from hub.zones import CHINA, in_zone
from mappings.engine import read_agreements
from stack.logins import add_analyst, analysts
from stack.migrate import migrate
from standards.access import agency_role
from tests.support.canary_rows import ALPHA, ZQ, fill

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BETA = f"{ZQ}_beta"
LOGIN = f"{ZQ}_li_beta"
DENIED = psycopg.errors.InsufficientPrivilege
AGREEMENT = """
to: {to}
record_types: [injury_case, fire_incident]
purpose: case_follow_up
sensitivity: {sensitivity}
valid_from: {start}
valid_to: {end}
basis: {{zh: 协议, en: Agreement 7}}
"""


@pytest.fixture
def agencies(warehouse: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give the folder of a hub with two agencies; the warehouse has a canary of the first in every table."""
    folder = tmp_path / "sources"
    for agency in (ALPHA, BETA):
        (folder / agency / "agreements").mkdir(parents=True)
        (folder / agency / "agency.yml").write_text("name: {zh: 甲, en: A}\nlanguage: zh\n", "utf-8")
    monkeypatch.setenv("RISKHUB_SOURCES", str(folder))
    settings.cache_clear()
    with psycopg.connect(warehouse) as conn:
        fill(conn)
    yield folder
    with psycopg.connect(warehouse, autocommit=True) as conn:
        conn.execute(f"drop role if exists {LOGIN}".encode())
        for agency in (ALPHA, BETA):
            conn.execute(f"drop role if exists riskhub_agency_{agency}".encode())


def agree(folder: Path, days: tuple[int, int] = (0, 30), sensitivity: str = "sensitive") -> None:
    today = in_zone(now(), ZoneInfo(CHINA)).date()
    start, end = (today + timedelta(days=each) for each in days)
    text = AGREEMENT.format(to=BETA, start=start, end=end, sensitivity=sensitivity)
    (folder / ALPHA / "agreements" / "seven.yml").write_text(text, "utf-8")
    migrate()


def seen(url: str, table: str) -> int:
    with psycopg.connect(url) as conn:
        row: Any = conn.execute(f"select count(*) from {table} where agency = '{ALPHA}'".encode()).fetchone()
    return int(row[0])


def test_the_other_agency_sees_what_is_agreed_while_it_is_agreed(agencies: Path) -> None:
    agree(agencies)
    url = add_analyst(LOGIN, BETA)
    assert {"login": LOGIN, "agency": BETA}.items() <= next(r for r in analysts() if r["login"] == LOGIN).items()
    assert seen(url, "core.injury_case") == 1
    assert seen(url, "core.fire_incident") == seen(url, "mart.risk_event") == 1
    assert seen(url, "core.recall") == seen(url, "own.injury_case") == 0
    for days in ((-30, 0), (1, 30)):  # it is over, and it is to come
        agree(agencies, days)
        assert seen(url, "core.injury_case") == 0
    (agencies / ALPHA / "agreements" / "seven.yml").unlink()
    migrate()
    assert seen(url, "core.injury_case") == 0


def test_closed_fields_are_opened_for_its_purpose_and_the_owner_of_the_data_sees_who_did(agencies: Path) -> None:
    agree(agencies)
    url = add_analyst(LOGIN, BETA)
    case = (ALPHA, "injury_case", f"{ALPHA} source_record_no")
    with psycopg.connect(url, autocommit=True, options="-c default_transaction_read_only=off") as conn:
        with pytest.raises(DENIED):
            conn.execute("select narrative from core.injury_case")
        for purpose in ("own", "analysis", "curiosity"):
            with pytest.raises(DENIED):
                conn.execute("select access.open(%s, %s, %s, %s, 'x')", [purpose, *case])
        row: Any = conn.execute(
            "select access.open('case_follow_up', %s, %s, %s, 'complaint 77')", list(case)
        ).fetchone()
        fields = {each for (each,) in conn.execute("select field from access.opened(%s)", [row[0]]).fetchall()}
    assert "narrative" in fields
    assert not fields & {"age_years", "person_token"}  # agreed up to sensitive
    with psycopg.connect(add_analyst(LOGIN, ALPHA)) as conn:  # the login is now one of the other agency
        told = conn.execute("select distinct login, purpose, reason, basis from access.use").fetchall()
        assert conn.execute("select narrative from own.injury_case").fetchall()
    assert told == [
        (LOGIN, "case_follow_up", "complaint 77", f"{ALPHA}/agreements/seven.yml: 协议 Agreement 7"),
    ]


def test_a_mistake_in_an_agreement_changes_nothing(agencies: Path) -> None:
    agree(agencies)
    url = add_analyst(LOGIN, BETA)
    with pytest.raises(FixTheHub):
        agree(agencies, sensitivity="secret")
    assert seen(url, "core.injury_case") == 1  # as agreed before


def test_a_login_is_of_an_agency_that_has_a_role(agencies: Path, capsys: pytest.CaptureFixture[str]) -> None:
    agree(agencies)
    for agency in ("nobody", "", "x'; drop role y; --", f"riskhub_agency_{BETA}"):
        assert guarded(["analyst", "add", LOGIN, "--agency", agency]) == WRONG
    assert BETA in capsys.readouterr().err


def test_the_agreements_that_are_shipped_grant_what_they_say_and_no_more(warehouse: str) -> None:
    query = """select agency, subject, record_type, purpose, sensitivity_max, valid_from, valid_to
               from access.grant where origin = 'agreement'"""
    with psycopg.connect(warehouse) as conn:
        granted = set(conn.execute(query.encode()).fetchall())
    agreed = read_agreements(settings().sources)
    assert agreed
    assert granted == {
        (each.agency, agency_role(each.to), name, each.purpose, each.sensitivity, each.valid_from, each.valid_to)
        for each in agreed
        for name in each.record_types
    }
