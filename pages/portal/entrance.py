"""How one comes in and leaves: log in, set a password by a one-time link, log out; and the own sessions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from hub.settings import settings
from pages.portal import passwords, sessions
from pages.portal.tokens import LONGEST
from pages.site.identity import visitor
from pages.site.rendering import page_address, render

if TYPE_CHECKING:
    from fastapi import Response

open_router = APIRouter()  # for everybody
router = APIRouter()
Text = Annotated[str, Form()]  # a field of a form
BROWSERS = ("Edg", "Firefox", "OPR", "Chrome", "Safari")  # the first that is named: others call themselves Chrome too
SYSTEMS = ("Windows", "Android", "iPhone", "iPad", "Mac OS", "Linux")


def cookie_name() -> str:
    """Return the name of the cookie: behind TLS one that no other host can set."""
    return "__Host-riskhub" if _is_secure() else "riskhub_portal"


def identify(request: Request) -> sessions.Member:
    """Return who has the session of a request; raise HTTPException, which leads a browser to the login."""
    token = request.cookies.get(cookie_name(), "")
    member = sessions.member_of(token) if token else None
    if member is not None:
        return member
    if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        raise HTTPException(303, headers={"Location": page_address("", "/login")})
    raise HTTPException(401)


def member_of(request: Request) -> sessions.Member:
    """Return the person who looks."""
    member: sessions.Member = visitor(request)
    return member


@open_router.get("/login")
def login_page(request: Request, done: str = "") -> HTMLResponse:
    """Show the form to log in; `done` says what has just been done."""
    message = done if done in ("out", "password") else ""
    return render(request, "portal/login.html.j2", fault="", login="", done=message)


@open_router.post("/login")
def log_in(request: Request, login: Text = "", password: Text = "") -> Response:
    """Begin a session, or show the form again: the same for an unknown login and for a wrong password."""
    try:
        token = sessions.log_in(login, password, _from_where(request))
    except sessions.TooManyTriesError:
        return render(request, "portal/login.html.j2", status=429, fault="too_many", login=login[:100], done="")
    if token is None:
        return render(request, "portal/login.html.j2", status=401, fault="wrong", login=login[:100], done="")
    response = RedirectResponse(page_address("", "/"), 303)
    age = int(LONGEST.total_seconds())
    secure = _is_secure()
    response.set_cookie(cookie_name(), token, max_age=age, path="/", httponly=True, samesite="strict", secure=secure)
    return response


@open_router.get("/password/{token}")
def password_page(request: Request, token: str) -> HTMLResponse:
    """Show the form that sets a password; a link that is used up says so."""
    return _password_page(request, token, sessions.account_of_link(token))


@open_router.post("/password/{token}")
def set_password(request: Request, token: str, password: Text = "", again: Text = "") -> Response:
    """Set the password, and lead to the login."""
    login = sessions.account_of_link(token)
    if login is None:
        return _password_page(request, token, None)
    if fault := fault_of(password, again, login):
        return _password_page(request, token, login, fault)
    if not sessions.set_password(token, password):
        return _password_page(request, token, None)
    return RedirectResponse(page_address("", "/login", done="password"), 303)


def fault_of(password: str, again: str, login: str) -> str:
    """Return what is wrong with a new password: short, long, easy or different; "" for a good one.

    >>> fault_of("aaaaaaaaaaaaaa", "aaaaaaaaaaaaaa", "eva"), fault_of("four dry hats sing", "four dry hats sing", "eva")
    ('easy', '')
    """
    if len(password) < passwords.SHORTEST:
        return "short"
    if len(password) > passwords.LONGEST:
        return "long"
    if len(set(password)) < 5 or login in password.lower():  # noqa: PLR2004 - different characters
        return "easy"
    return "" if password == again else "different"


@router.post("/logout")
def log_out(request: Request) -> Response:
    """End this session."""
    sessions.log_out(request.cookies.get(cookie_name(), ""))
    response = RedirectResponse(page_address("", "/login", done="out"), 303)
    response.delete_cookie(cookie_name(), path="/", httponly=True, samesite="strict", secure=_is_secure())
    return response


@router.get("/sessions")
def own_sessions(request: Request) -> HTMLResponse:
    """List the open sessions of the person; an administrator of the agency sees its accounts too."""
    member = member_of(request)
    people = sessions.colleagues(member.agency) if member.role == "admin" else []
    rows = sessions.sessions_of(member.login)
    return render(request, "portal/sessions.html.j2", sessions=rows, member=member, people=people)


@router.post("/sessions/{session_id}/end")
def end_session(request: Request, session_id: int) -> Response:
    """End one of the person's own sessions."""
    member = member_of(request)
    if not sessions.end_session(member.login, session_id):
        raise HTTPException(404)
    return RedirectResponse(page_address("", "/login" if session_id == member.session_id else "/sessions"), 303)


def _password_page(request: Request, token: str, login: str | None, fault: str = "") -> HTMLResponse:
    about: dict[str, Any] = {"token": token, "login": login, "fault": fault, "shortest": passwords.SHORTEST}
    status = 404 if login is None else 400 if fault else 200
    return render(request, "portal/password.html.j2", status=status, **about)


def _from_where(request: Request) -> sessions.Visitor:
    named = request.headers.get("user-agent", "")
    browser = next((name for name in BROWSERS if re.search(rf"\b{name}", named)), "")
    system = next((name for name in SYSTEMS if name in named), "")
    shown = " · ".join(part for part in (browser.replace("Edg", "Edge").replace("OPR", "Opera"), system) if part)
    return sessions.Visitor(request.client.host if request.client else "", shown)


def _is_secure() -> bool:
    return (settings().portal_address or "").startswith("https://")
