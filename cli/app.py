"""The application: groups of commands, options of every command, and suggestions for a mistyped command."""

from __future__ import annotations

import os
from difflib import get_close_matches
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from hub.i18n import LANGUAGES
from hub.messages import sentence
from hub.settings import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

HUB, DELIVERIES, QUESTIONS = "The hub", "Deliveries", "Questions"
THINGS, SCRIPTS = "Things: riskhub THING VERB", "Stable spellings for scripts"
PANELS = (HUB, DELIVERIES, QUESTIONS, THINGS, SCRIPTS)
MOST = 3  # suggestions for one mistyped name
# Verbs that people bring along from dlt, dbt, kubectl, docker and git, and what they are called here.
HABITS = {
    "add": ("add", "new"),
    "apply": ("merge", "run", "replay"),
    "build": ("run",),
    "create": ("new", "add", "make"),
    "debug": ("doctor",),
    "delete": ("remove",),
    "describe": ("show",),
    "diff": ("plan",),
    "draft": ("new",),
    "expected": ("freshness",),
    "gaps": ("check",),
    "get": ("list", "show"),
    "info": ("show", "status"),
    "ingest": ("run",),
    "init": ("new",),
    "late": ("freshness",),
    "load": ("run",),
    "ls": ("list",),
    "ps": ("status",),
    "query": ("sql",),
    "release": ("approve",),
    "rm": ("remove",),
    "send": ("drop",),
    "start": ("up",),
    "stop": ("down",),
    "unmapped": ("check",),
    "upgrade": ("migrate",),
    "validate": ("check", "lint"),
}


class Group(TyperGroup):
    """A group of commands that answers an unknown name with the command lines that are nearest to it."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Return name, command and remaining words.

        Raises:
            UsageError: There is no such command; the message names those that may be meant.
        """
        typed = args[0]
        if typed not in self.commands and not typed.startswith("-"):
            lines = [f"`riskhub {each}`" for each in nearest(typed, self, ctx.find_root().command)]
            found = sentence("list.or").join(lines)
            ctx.fail(sentence("cli.no_command", name=typed) + (found and sentence("cli.meant", lines=found)))
        return super().resolve_command(ctx, args)


def nearest(typed: str, group: TyperGroup, root: TyperGroup) -> list[str]:
    """Return up to three command lines, without `riskhub`, that somebody may mean who types `typed` after `group`."""
    here = next((f"{line} " for line, each in commands(root) if each is group), "")
    groups = [line for line, each in commands(root) if hasattr(each, "commands")]
    lines = paths(root)
    for among in ([line for line in lines if line.startswith(here)], lines):
        meant = (typed, *HABITS.get(typed, ()))
        if found := [line for line in among if line.split()[-1] in meant]:
            return sorted(found, key=lambda line: meant.index(line.split()[-1]))[:MOST]
        near = get_close_matches(typed, {line.split()[-1] for line in among})
        if found := [line for each in near for line in among if line.split()[-1] == each]:
            return found[:MOST]
        if not here and (found := get_close_matches(typed, groups)):
            return [f"{line} --help" for line in found]
    return []


def commands(group: Any, before: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Yield every command and group below `group`, as its words without `riskhub`, with the command."""
    for name, command in group.commands.items():
        yield " ".join((*before, name)), command
        if hasattr(command, "commands"):
            yield from commands(command, (*before, name))


def paths(root: Any) -> list[str]:
    """Return the words of every command that can be given: no group."""
    return [line for line, command in commands(root) if not hasattr(command, "commands")]


app = typer.Typer(
    name="riskhub",
    cls=Group,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    epilog="Exit codes: 0 fine, 1 findings, 2 wrong usage, 3 a fault of the hub.",
)


def group(name: str, summary: str) -> typer.Typer:
    """Return the group of commands about one thing, `riskhub NAME VERB`."""
    made = typer.Typer(cls=Group, no_args_is_help=True)
    app.add_typer(made, name=name, help=summary, rich_help_panel=THINGS)
    return made


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - the form that typer calls
    if wanted:
        typer.echo(f"riskhub {version('riskhub')}")
        raise typer.Exit


def _speak(language: str | None) -> str | None:
    if language is None:
        return None
    if language not in LANGUAGES:
        raise typer.BadParameter(sentence("cli.no_language", name=language, known=", ".join(LANGUAGES)))
    os.environ["RISKHUB_LANG"] = language
    settings.cache_clear()
    return language


@app.callback()
def hub(
    *,
    _language: Annotated[
        str | None,
        typer.Option("--language", metavar="en|zh", help="Language of the answer.", callback=_speak, is_eager=True),
    ] = None,
    _debug: Annotated[bool, typer.Option("--debug", help="Show the log, and where in the code a fault is.")] = False,
    _version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Exchange data between agencies: they drop files, every row is accounted for, analysts query one warehouse."""
