"""Commands about accounts of the partners' portal: `account add`, `list`, `link`, `disable`, `sessions end`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli.app import Group, group
from cli.screen import Json, out, print_json, print_rows
from hub.messages import sentence
from pages.portal.accounts import accounts, add_account, disable_account, end_sessions, new_link

if TYPE_CHECKING:
    from pages.portal.accounts import Invitation

account = group("account", "Accounts of partner agencies in the portal.")
sessions = typer.Typer(cls=Group, no_args_is_help=True)
account.add_typer(sessions, name="sessions", help="Sessions of an account.")

Login = Annotated[str, typer.Argument(metavar="LOGIN", help="The login of the account.")]


@account.command()
def add(
    agency: Annotated[str, typer.Argument(metavar="AGENCY", help="The agency whose submissions it sees.")],
    login: Annotated[str, typer.Option(help="The name to log in with: small letters, digits, dots, _ and -.")],
    role: Annotated[
        str, typer.Option(help="viewer looks, sender also submits, admin also sees the agency's accounts.")
    ] = "sender",
    *,
    as_json: Json = False,
) -> None:
    """Make an account and print the one-time link by which its person sets a password."""
    _print(add_account(agency, login, role), as_json=as_json)


@account.command()
def link(login: Login, *, as_json: Json = False) -> None:
    """Print a new one-time link for an account; a disabled account is active again."""
    _print(new_link(login), as_json=as_json)


@account.command(name="list")
def list_accounts(
    agency: Annotated[str | None, typer.Option(help="Only accounts of this agency.")] = None, *, as_json: Json = False
) -> None:
    """List the accounts with their open sessions."""
    rows = accounts(agency)
    if as_json:
        print_json(rows)
    else:
        print_rows(("login", "agency", "role", "state", "sessions", "last_seen_at"), rows, right=("sessions",))


@account.command()
def disable(login: Login, *, as_json: Json = False) -> None:
    """Disable an account: its sessions end, its password and its link are of no use any more."""
    _print_ended("portal.account.disabled", login, disable_account(login), as_json=as_json)


@sessions.command()
def end(login: Login, *, as_json: Json = False) -> None:
    """End all sessions of an account; its person may log in again."""
    _print_ended("portal.account.ended", login, end_sessions(login), as_json=as_json)


def _print(invitation: Invitation, *, as_json: bool) -> None:
    if as_json:
        print_json(invitation._asdict())
    else:
        text = sentence("portal.account.invited", **invitation._asdict())
        out.print(text, markup=False, soft_wrap=True)


def _print_ended(key: str, login: str, ended: int, *, as_json: bool) -> None:
    if as_json:
        print_json({"login": login, "sessions": ended})
    else:
        out.print(sentence(key, login=login, sessions=ended), markup=False, soft_wrap=True)
