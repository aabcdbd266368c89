"""The command line: `riskhub COMMAND`.  Each command says in its help what it does; `--json` is on every read.

A partner installs the distribution without its extras, and has the one command that needs none of them.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from importlib.util import find_spec

from cli import check, manifest
from cli.screen import app, guarded
from hub.settings import PRIVATE

__all__ = ["app", "check", "main", "manifest"]

OF_THE_HUB = (
    *("analyst", "codes", "conflicts", "exchange", "fetch", "hold", "hub", "query", "repair", "source", "status"),
)
FOR_THE_CALLER = {"check", "codes", "manifest", "source"}  # what they write belongs to whoever calls them

if find_spec("psycopg"):
    for each in OF_THE_HUB:
        import_module(f"cli.{each}")


def main() -> None:
    """Run the command line and exit: 0 fine, 1 findings, 2 wrong usage, 3 a fault of the hub."""
    # What the hub keeps is closed to other users; what a command makes for its caller is as its caller has it.
    if not set(sys.argv[1:2]) & FOR_THE_CALLER:
        os.umask(PRIVATE)
    sys.exit(guarded(sys.argv[1:]))
