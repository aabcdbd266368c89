"""The help of the command line in two languages, and its page in docs/.

The English sentences stand in the code, beside the commands and options that they describe; `help.yml` has the Chinese
of each paragraph.
"""

from __future__ import annotations

import inspect
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from cli.app import PANELS, THINGS, app, commands
from hub.i18n import say
from hub.yaml_text import load_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

PARAGRAPH = re.compile(r"\n\s*\n")


@cache
def chinese() -> dict[str, str]:
    """Return the Chinese of each English paragraph of the help."""
    return dict(load_yaml(Path(__file__).with_name("help.yml").read_text("utf-8")))


def paragraphs(text: str | None) -> list[str]:
    r"""Return the paragraphs of a help text, each as one line.

    >>> paragraphs("Checks a file.\n\nIt may be\na manifest.")
    ['Checks a file.', 'It may be a manifest.']
    """
    lines = (re.sub(r"\n\s*", " ", part.strip()) for part in PARAGRAPH.split(inspect.cleandoc(text or "")))
    return [line for line in lines if line]


def translated(text: str | None, language: str) -> str:
    """Return a help text in a language; a paragraph without a translation stays in English."""
    known = chinese() if language == "zh" else {}
    return "\n\n".join(known.get(each, each) for each in paragraphs(text))


def panel_of(command: Any) -> str:
    """Return the English title of the panel in which the help shows a command or group."""
    return getattr(command, "rich_help_panel", None) or THINGS


@cache
def root(language: str) -> Any:
    """Return the command `riskhub` with all below it, its help in a language ("en" or "zh")."""
    made: Any = typer.main.get_command(app)
    made.commands = dict(sorted(made.commands.items(), key=lambda item: PANELS.index(panel_of(item[1]))))
    for each in (made, *(command for _, command in commands(made))):
        each.help = translated(each.help, language)
        each.epilog = translated(each.epilog, language) or None
        if isinstance(getattr(each, "rich_help_panel", None), str):
            each.rich_help_panel = translated(each.rich_help_panel, language)
        for parameter in each.params:
            if getattr(parameter, "help", None):
                parameter.help = translated(parameter.help, language)
    return made


def page(language: str) -> str:
    """Return the page of the command line in docs/, as Markdown: each command by panel, with its options."""
    made = root(language)
    panels = {name: panel_of(command) for name, command in root("en").commands.items()}
    introduction = say("commands.introduction", language)
    lines = [f"# {say('commands.title', language)}", "", made.help, "", made.epilog, "", introduction, ""]
    lines += [f"**{say('commands.common', language)}**", "", *_parameters(made), ""]
    for panel in PANELS:
        lines += [f"## {translated(panel, language)}", ""]
        for name, command in made.commands.items():
            if panels[name] == panel:
                lines += _sections(name, command)
    return "\n".join(lines).rstrip() + "\n"


def _sections(name: str, command: Any) -> Iterator[str]:
    """Yield the lines of a command, or of a group and the commands in it."""
    arguments = [_usage(each) for each in command.params if each.param_type_name == "argument"]
    options = [f"{each.opts[0]} {each.metavar}" for each in command.params if each.required and each.opts[0][0] == "-"]
    usage = " ".join(["riskhub", name, *arguments, *options])
    nested = getattr(command, "commands", {})
    yield f"### {name}" if nested else f"`{usage}`"
    yield ""
    yield from (command.help, "")
    if command.params and not nested:
        yield from (*_parameters(command), "")
    for verb, each in nested.items():
        yield from _sections(f"{name} {verb}", each)


def _usage(argument: Any) -> str:
    written: str = argument.metavar or argument.name.upper()
    return written if argument.required or written.startswith("[") else f"[{written}]"


def _parameters(command: Any) -> list[str]:
    context = command.make_context("riskhub", [], resilient_parsing=True)
    return [f"- `{_spelling(each, context)}`: {each.help}" for each in command.params if each.help]


def _spelling(parameter: Any, context: Any) -> str:
    if parameter.param_type_name == "argument":
        return _usage(parameter)
    names = ", ".join([*parameter.opts, *parameter.secondary_opts])
    if parameter.is_flag:
        return names
    return f"{names} {parameter.metavar or parameter.display_type(context)}"
