"""The command: writes a code list anew from the public reference files, or compares it with what they give."""

from __future__ import annotations

import argparse
import difflib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hub.durable import write_durable
from hub.messages import sentence
from standards.codelist import FOLDER
from standards.rebuild import missing, rebuildable, rebuilt

if TYPE_CHECKING:
    from collections.abc import Sequence

SHOWN = 40  # lines of a difference


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code: 1 where `--check` finds a difference, 2 where a file is missing."""
    parser = argparse.ArgumentParser(prog="python -m standards.rebuild", description=__doc__)
    parser.add_argument("list", choices=rebuildable())
    parser.add_argument("--data", type=Path, required=True, help="the folder of public files, as RISKHUB_TEST_DATA")
    parser.add_argument("--check", action="store_true", help="write nothing, show what differs")
    options = parser.parse_args(arguments)
    absent = missing(options.list, options.data)
    if absent:
        sys.stderr.write(sentence("rebuild.missing", files=", ".join(absent), folder=options.data) + "\n")
        return 2
    path = FOLDER / f"{options.list}.csv"
    new = rebuilt(options.list, options.data)
    if not options.check:
        write_durable(path, new.encode())
        return 0
    old = path.read_text("utf-8")
    lines = list(difflib.unified_diff(old.splitlines(), new.splitlines(), path.name, "rebuilt", lineterm="", n=0))
    sys.stdout.write("".join(f"{line}\n" for line in lines[:SHOWN]))
    sys.stdout.write(sentence("rebuild.differs" if lines else "rebuild.same", list=options.list) + "\n")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
