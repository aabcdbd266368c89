"""People of two agencies who use the portal, for tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

import psycopg
from starlette.testclient import TestClient

from hub.settings import settings
from pages.portal.accounts import add_account
from pages.portal.app import build
from pages.portal.entrance import cookie_name
from pages.portal.passwords import hashed
from pages.portal.tokens import IDLE, LONGEST, digest, new_token
from tests.support.exchange import FIRE as FEED
from tests.support.exchange import sample
from warehouse.connection import connect, owner_url
from warehouse.statements import statement

FIRE, LAB = "hn_fire", "hn_lab"
PEOPLE = {
    f"{role}.{agency.removeprefix('hn_')}": (agency, role)
    for agency in (FIRE, LAB)
    for role in ("viewer", "sender", "admin")
}
PASSWORD = "four dry hats sing"  # noqa: S105 - of accounts that only tests have
PAGE = {"accept": "text/html", "accept-language": "en"}


@cache
def _hash() -> str:
    return hashed(PASSWORD)


@dataclass
class Portal:
    """The accounts, and the token of a session of each."""

    tokens: dict[str, str] = field(default_factory=dict)

    @classmethod
    def made(cls) -> Portal:
        """Make the accounts in the warehouse that the settings name, and log each in."""
        made = cls()
        for login, (agency, role) in PEOPLE.items():
            add_account(agency, login, role)
            made.tokens[login] = new_token()
            with connect(owner_url()) as conn:
                conn.execute(statement("portal/drop_link"), {"login": login})
                conn.execute(statement("portal/set_password"), {"login": login, "password": _hash()})
                about = {"address": "198.51.100.7", "browser": "Firefox · Linux", "longest": LONGEST, "idle": IDLE}
                session = {"token": digest(made.tokens[login]), "login": login}
                conn.execute(statement("portal/begin_session"), session | about)
        return made

    def client(self, login: str | None = None) -> TestClient:
        """Return a browser that is logged in as somebody, or as nobody, and follows no redirect."""
        client = TestClient(build(), headers=PAGE, follow_redirects=False)
        if login:
            client.cookies.set(cookie_name(), self.tokens[login])
            client.headers["sec-fetch-site"] = "same-origin"
        return client


def batch_of(agency: str) -> str:
    """Return a submission of an agency that has rows to fix, where there is one."""
    with psycopg.connect(str(settings().owner_url)) as conn:
        query = "select batch_id from ledger.batch where agency = %s order by quarantined desc, number limit 1"
        (found,) = conn.execute(query, [agency]).fetchall()[0]
    return str(found)


def bad_file() -> tuple[bytes, str]:
    """Return the sample's first rows, the second with a time that is none in the place of a time; and that time."""
    header, first, second, *_ = sample(FEED)[1].decode("gb18030").splitlines()
    at, cells = header.split(",").index("接警时间"), second.split(",")
    right, cells[at] = cells[at], "2026/13/41 25:00"
    return "\r\n".join([header, first, ",".join(cells)]).encode("gb18030"), right
