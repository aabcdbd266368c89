"""What a run found: one JSON line for each breakage while it runs, a page in the end."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING

from tests.mutation.trial import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

ORDER = ("noticed", "survived", "timeout", "unsound")


def read(path: Path) -> list[Outcome]:
    """Return the outcomes of an interrupted run, so that it goes on where it was."""
    return [Outcome(**json.loads(line)) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def append(path: Path, outcome: Outcome) -> None:
    """Add one outcome."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(outcome), ensure_ascii=False) + "\n")


def page(outcomes: Sequence[Outcome], seed: int) -> str:
    """Return the report: counts by folder, then each breakage that was not noticed, with its diff and its tests."""
    total = Counter(each.outcome for each in outcomes)
    lines = [f"# Breakages with seed {seed}: " + ", ".join(f"{total[kind]} {kind}" for kind in ORDER), ""]
    lines += ["| folder | " + " | ".join(ORDER) + " |", "|---|" + "---|" * len(ORDER)]
    for folder in dict.fromkeys(each.folder for each in outcomes):
        count = Counter(each.outcome for each in outcomes if each.folder == folder)
        lines.append(f"| {folder} | " + " | ".join(str(count[kind]) for kind in ORDER) + " |")
    for each in outcomes:
        if each.outcome != "noticed":
            ran = (
                f"{len(each.tests)} tests that execute the line"
                if each.known
                else f"no test known, ran {', '.join(each.tests)}"
            )
            lines += ["", f"## {each.outcome}: {each.name}", "", ran, "", "```diff", each.diff, "```"]
    return "\n".join([*lines, ""])
