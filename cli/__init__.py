"""The command line: `riskhub COMMAND`.  Each command says in its help what it does; `--json` is on every read.

A partner installs the distribution without its extras, and has the commands that need none of them.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from importlib.util import find_spec

from cli import check, finding, manifest, record, standard
from cli.app import app
from cli.screen import guarded, own_arguments
from hub.settings import PRIVATE

__all__ = ["app", "check", "finding", "main", "manifest", "record", "standard"]

OF_THE_HUB = (
    "hub",
    "status",
    "delivery",
    "replay",
    "query",
    "export",
    "count",
    "source",
    "batch",
    "hold",
    "conflict",
    "code",
    "analyst",
    "account",
)
FOR_THE_CALLER = {
    "check",
    "code",
    "count",
    "export",
    "manifest",
    "record",
    "source",
    "sql",
    "standard",
}  # the files that they write belong to their caller

if find_spec("psycopg"):
    for each in OF_THE_HUB:
        import_module(f"cli.{each}")


def main() -> None:
    """Run the command line and exit: 0 fine, 1 findings, 2 wrong usage, 3 a fault of the hub."""
    # What the hub keeps is closed to other users; what a command makes for its caller is as its caller has it.
    if next(own_arguments(sys.argv[1:]), "") not in FOR_THE_CALLER:
        os.umask(PRIVATE)
    sys.exit(guarded(sys.argv[1:]))
