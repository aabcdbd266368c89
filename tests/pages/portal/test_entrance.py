"""Coming in and leaving: passwords, one-time links, sessions, lock-out, forms of other sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from hub.settings import settings
from pages.portal.accounts import add_account, disable_account, end_sessions, new_link
from pages.portal.entrance import cookie_name
from tests.support.portal_people import FIRE, PASSWORD

if TYPE_CHECKING:
    from tests.support.portal_people import Portal

FORM = {"login": "sender.fire", "password": PASSWORD}


def owner(query: str) -> None:
    """Change something as the owner of the warehouse."""
    with psycopg.connect(str(settings().owner_url)) as conn:
        conn.execute(query.encode())


def test_a_login_gives_a_cookie_that_scripts_cannot_read(own_portal: Portal) -> None:
    client = own_portal.client()
    answer = client.post("/login", data=FORM)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"].lower()
    assert all(part in cookie for part in ("httponly", "samesite=strict", "path=/", "max-age=43200"))
    assert client.get("/").status_code == 200


def test_behind_tls_the_cookie_is_secure(own_portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RISKHUB_PORTAL_ADDRESS", "https://portal.example")
    settings.cache_clear()
    cookie = own_portal.client().post("/login", data=FORM).headers["set-cookie"]
    assert cookie.startswith("__Host-riskhub=")
    assert "secure" in cookie.lower()


def test_an_unknown_login_and_a_wrong_password_get_the_same_answer(own_portal: Portal) -> None:
    client = own_portal.client()
    wrong = client.post("/login", data=FORM | {"password": "another one here"})
    unknown = client.post("/login", data={"login": "sender.fir3", "password": "another one here"})
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert wrong.text.replace("sender.fire", "") == unknown.text.replace("sender.fir3", "")
    assert "set-cookie" not in wrong.headers


@pytest.mark.parametrize("login", ["sender.fire", "nobody"])
def test_five_failures_lock_an_account(own_portal: Portal, login: str) -> None:
    client = own_portal.client()
    tries = [client.post("/login", data={"login": login, "password": f"wrong {n}"}).status_code for n in range(6)]
    assert tries == [401] * 5 + [429]
    assert client.post("/login", data={"login": login, "password": PASSWORD}).status_code == 429
    owner("delete from portal.failure where at < now() - interval '15 minutes'")
    assert client.post("/login", data=FORM).status_code == 429, "the address has failed too"
    owner("update portal.failure set at = at - interval '15 minutes'")
    assert client.post("/login", data=FORM).status_code == 303


def test_a_link_sets_a_password_once(own_portal: Portal) -> None:
    client = own_portal.client()
    path = add_account(FIRE, "new.person", "sender").link.removeprefix("http://127.0.0.1:8090")
    assert "new.person" in client.get(path).text
    for password, again in (
        ("short", "short"),
        ("a" * 20, "a" * 20),
        (PASSWORD, "other"),
        ("new.person new.person",) * 2,
    ):
        assert client.post(path, data={"password": password, "again": again}).status_code == 400
    assert client.post(path, data={"password": PASSWORD, "again": PASSWORD}).status_code == 303
    assert client.get(path).status_code == 404
    assert client.post(path, data={"password": PASSWORD, "again": PASSWORD}).status_code == 404
    assert client.post("/login", data={"login": "new.person", "password": PASSWORD}).status_code == 303


def test_a_newer_link_replaces_an_older_one_and_ends_with_its_time(own_portal: Portal) -> None:
    client = own_portal.client()
    older, newer = (f"/password/{new_link('sender.fire').link.rpartition('/')[2]}" for _ in range(2))
    assert (client.get(older).status_code, client.get(newer).status_code) == (404, 200)
    owner("update portal.one_time_link set expires_at = now()")
    assert client.get(newer).status_code == 404


def test_sessions_end(own_portal: Portal) -> None:
    """By logging out, by the hub's staff, after an hour without use, after twelve hours, with the account."""
    client = own_portal.client()

    def logged_in() -> bool:
        return client.get("/").status_code == 200

    def again() -> None:
        client.cookies.clear()
        client.post("/login", data=FORM)
        assert logged_in()

    again()
    token = client.cookies[cookie_name()]
    assert client.post("/logout", headers={"sec-fetch-site": "same-origin"}).status_code == 303
    client.cookies.set(cookie_name(), token)
    assert not logged_in()
    again()
    end_sessions("sender.fire")
    assert not logged_in()
    again()
    owner("update portal.session set last_seen_at = now() - interval '61 minutes'")
    assert not logged_in()
    again()
    owner("update portal.session set expires_at = now()")
    assert not logged_in()
    again()
    disable_account("sender.fire")
    assert not logged_in()
    client.cookies.clear()
    assert client.post("/login", data=FORM).status_code == 401


def test_a_person_ends_only_the_own_sessions(own_portal: Portal) -> None:
    sender, viewer = own_portal.client("sender.fire"), own_portal.client("viewer.fire")
    with psycopg.connect(str(settings().owner_url)) as conn:
        numbers = dict(conn.execute("select login, session_id from portal.session").fetchall())
    assert sender.post(f"/sessions/{numbers['viewer.fire']}/end").status_code == 404
    assert viewer.get("/").status_code == 200
    assert viewer.post(f"/sessions/{numbers['viewer.fire']}/end").status_code == 303
    assert viewer.get("/").status_code == 303


def test_only_an_administrator_sees_the_accounts(portal: Portal) -> None:
    assert "viewer.fire" in portal.client("admin.fire").get("/sessions").text
    assert "viewer.lab" not in portal.client("admin.fire").get("/sessions").text
    assert "viewer.fire" not in portal.client("sender.fire").get("/sessions").text


def test_a_form_of_another_site_is_refused(own_portal: Portal) -> None:
    client = own_portal.client("sender.fire")
    for headers in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}):
        assert client.post("/logout", headers=headers).status_code == 403
    del client.headers["sec-fetch-site"]
    assert client.post("/logout", headers={"origin": "https://evil.example"}).status_code == 403
    assert client.post("/logout").status_code == 403, "a cookie and no word of where it comes from"
    assert client.get("/").status_code == 200


def test_a_long_form_is_refused(own_portal: Portal) -> None:
    client = own_portal.client()
    answer = client.post("/login", content=b"x" * ((4 << 20) + 1), headers={"content-type": "text/plain"})
    assert answer.status_code == 413
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
