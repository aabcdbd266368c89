"""What all commands share: the screen, JSON, common options, and errors that say what to do next."""

from __future__ import annotations

import json
import logging
import os
import sys
from itertools import islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.logging import RichHandler
from rich.table import Table
from typer.exceptions import TyperException

from cli.help import root
from hub.batch import COUNTS
from hub.durable import make_folder
from hub.errors import FixTheHub, HubError, RetryLater, WrongUsage, described
from hub.i18n import has
from hub.messages import error_of, sentence
from hub.settings import environment_language
from mappings.catalogue import source_headers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

FINE, FINDINGS, WRONG, FAULT = 0, 1, 2, 3
PIPE_WIDTH = 200  # into a file or pipe, lines are not folded to a screen that is not there
BELOW = "\n" + " " * 9  # where the second line of a reason begins: under the first one
STATE_STYLE = {"loaded": "green", "acknowledged": "green", "rejected": "red", "duplicate": "dim", "held": "yellow"}

out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else PIPE_WIDTH)
err = Console(stderr=True, highlight=False, soft_wrap=True)  # a command in a hint stays in one piece


def _source_names(incomplete: str) -> list[str]:
    """Return the sources that begin with what is typed, for the completion of the shell."""
    return [head.name for head in source_headers() if head.name.startswith(incomplete)]


Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
SourceOption = Annotated[
    str | None,
    typer.Option("--source", metavar="AGENCY/FEED", help="Only this source.", autocompletion=_source_names),
]
RequiredSource = Annotated[
    str,
    typer.Option("--source", metavar="AGENCY/FEED", help="The source it belongs to.", autocompletion=_source_names),
]
SourceArgument = Annotated[
    str | None, typer.Argument(metavar="[AGENCY/FEED]", help="Only this source.", autocompletion=_source_names)
]
BatchArgument = Annotated[str, typer.Argument(metavar="BATCH", help="The id of a batch, as `batch list` prints it.")]
FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The file as the agency would send it.")]


def guarded(arguments: list[str]) -> int:
    """Run the command; print an error as a message and return the exit code.  `--debug` shows where it was raised."""
    arguments = common_options_first(arguments)
    debug = "--debug" in arguments
    level = logging.INFO if debug else logging.CRITICAL  # of the handler too: a library may set that of its own loggers
    logging.basicConfig(level=level, handlers=[RichHandler(level, console=err)], format="%(message)s")
    try:
        return _run(arguments)
    except typer.Exit as stop:
        return stop.exit_code
    except TyperException as wrong:  # the arguments do not fit the command; its message says which
        wrong.show(sys.stderr)  # type: ignore[attr-defined]  # the base class does not declare it
        return WRONG
    except (typer.Abort, KeyboardInterrupt):
        err.print(sentence("cli.interrupted"))
    except HubError as fault:
        print_fault(fault)
        if debug:
            err.print(described(fault), markup=False)  # not its text: it may hold data
        return WRONG if isinstance(fault, WrongUsage) else FAULT
    except Exception as fault:  # noqa: BLE001 - a message in the place of a traceback
        print_fault(
            _of_database(fault)
            or HubError(sentence("cli.fault"), why=type(fault).__name__, next_step=sentence("cli.fault_next"))
        )
        if debug:
            err.print(described(fault), markup=False)  # not its text: it may hold data
    return FAULT


def common_options_first(arguments: list[str]) -> list[str]:
    """Return the arguments with the options of all commands moved to the front.

    Without a command, the arguments are `--help`.

    >>> common_options_first(["batch", "list", "--language", "zh", "--debug"])
    ['--language', 'zh', '--debug', 'batch', 'list']
    """
    common, own = [], []
    remaining = iter(arguments)
    for each in remaining:
        if each == "--debug" or each.startswith("--language="):
            common.append(each)
        elif each == "--language":
            common += [each, *islice(remaining, 1)]
        else:
            own.append(each)
    return common + (own or ["--help"])


def own_arguments(arguments: list[str]) -> Iterator[str]:
    """Yield the arguments without the options of all commands: the first one is the command or the noun.

    >>> list(own_arguments(["--language", "zh", "standard", "export"]))
    ['standard', 'export']
    """
    remaining = iter(arguments)
    for each in remaining:
        if each == "--language":
            next(remaining, None)
        elif each != "--debug" and not each.startswith("--language="):
            yield each


def _of_database(fault: Exception) -> HubError | None:
    """Return the error that is printed for a fault of the database; None for any other fault."""
    psycopg = sys.modules.get("psycopg")  # a partner's installation has none
    if psycopg is None or not isinstance(fault, psycopg.Error):
        return None
    next_step = sentence("cli.database_next")
    return RetryLater(sentence("cli.database"), why=fault.sqlstate or type(fault).__name__, next_step=next_step)


def _language(arguments: list[str]) -> str:
    """Return the language of the help: that of `--language`, else of the environment."""
    after = pairwise([*arguments, ""])
    named = [each.partition("=")[2] or value for each, value in after if each.startswith("--language")]
    return named[0] if named else environment_language()


def _run(arguments: list[str]) -> int:
    try:
        code = root(_language(arguments)).main(arguments, prog_name="riskhub", standalone_mode=False)
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    return code if isinstance(code, int) else FINE


def made_folder(folder: Path) -> Path:
    """Make the folder that `--out` names, where it is missing, and return it.

    Raises:
        WrongUsage: It, or one above it, is a file.
    """
    try:
        return make_folder(folder)
    except (FileExistsError, NotADirectoryError) as error:
        raise error_of(WrongUsage, "cli.no_folder", folder=folder) from error


def print_fault(fault: HubError) -> None:
    """Print what happened, where, why, and what to do next."""
    kind = {RetryLater: "cli.retry", FixTheHub: "cli.fix", WrongUsage: "cli.usage"}.get(type(fault), "cli.error")
    err.print(f"[bold red]{sentence(kind)}[/] ", end="")
    err.print(fault.what, markup=False)
    for key, text in (("cli.where", fault.where), ("cli.why", fault.why), ("cli.next", fault.next_step)):
        if text:
            err.print(f"  [dim]{sentence(key)}[/] ", end="")
            err.print(text.replace("\n", BELOW), markup=False)


def print_json(value: Any) -> None:
    """Print `value` as JSON on standard output, nothing else."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n")


def heading(name: str) -> str:
    """Return what a member of JSON output is called above its column; its own name where the catalogue has none."""
    key = f"bucket.{name}" if name in COUNTS else f"heading.{name}"
    return sentence(key) if has(key) else name


def print_list(names: Sequence[str], rows: Iterable[Sequence[Any]], *, right: Sequence[str] = ()) -> None:
    """Print rows whose cells are the members `names`, under their headings; those in `right` hold numbers."""
    print_table([heading(name) for name in names], rows, right=[heading(name) for name in right])


def print_members(values: Mapping[str, Any]) -> None:
    """Print one line for each member: its heading, then its value as it is; times to the second."""
    width = max(cell_len(heading(name)) for name in values)
    for name, value in values.items():
        out.print(f"[dim]{padded(heading(name), width)}[/] ", end="")
        out.print(_plain(value), markup=False)


def padded(text: str, width: int) -> str:
    """Return a text with blanks up to `width` columns of the screen; a Chinese character takes two.

    >>> padded("批次", 6)
    '批次  '
    """
    return text + " " * max(width - cell_len(text), 0)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, right: Sequence[str] = ()) -> None:
    """Print rows under their columns; those in `right` hold numbers."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(shown(value) for value in row))
    out.print(table)


def print_rows(columns: Sequence[str], rows: Iterable[Mapping[str, object]], *, right: Sequence[str] = ()) -> None:
    """Print of each row its members `columns`, under their headings; those in `right` hold numbers."""
    print_list(columns, [[row[name] for name in columns] for row in rows], right=right)


def shown(value: Any) -> str:
    """Return a value as a table cell: numbers with separators, times to the second, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return f"{value:,}"
    text = _plain(value)
    style = STATE_STYLE.get(text)
    safe = text.replace("[", r"\[")
    return f"[{style}]{safe}[/]" if style else safe


def _plain(value: Any) -> str:
    return str(value.isoformat(sep=" ", timespec="seconds")) if hasattr(value, "hour") else str(value)
