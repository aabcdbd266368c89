"""The command line: `riskhub COMMAND`.  Each command says in its help what it does; `--json` is on every read."""

from __future__ import annotations

import sys

from pipeline.cli import codes, conflicts, exchange, fetch, hold, hub, query, repair, source
from pipeline.cli.screen import app, guarded

__all__ = ["app", "codes", "conflicts", "exchange", "fetch", "hold", "hub", "main", "query", "repair", "source"]


def main() -> None:
    """Run the command line and exit: 0 fine, 1 findings, 2 wrong usage, 3 a fault of the hub."""
    sys.exit(guarded(sys.argv[1:]))
