"""How good `source new` is: every shipped source is drafted with its mapping hidden, and compared with it.

`python -m benchmarks.draft_quality [--wrong]` prints, by source, how many mapped columns are proposed right, are left
TODO, and how many columns are confidently wrong.  A column is right when the field proposed is one that the mapping
fills from it; positions of items do not count.  Columns that the mapping leaves out are wrong when a field is proposed.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa

from benchmarks.report import Figure, compared
from connectors.sandbox.reader import read
from hub.settings import settings
from mappings.draft import profile, propose
from mappings.engine import find_sources, read_source, unnumbered
from pipeline.sources import format_of

if TYPE_CHECKING:
    from pathlib import Path

    from mappings.engine import Source


@dataclass
class Quality:
    """How one draft compares with the mapping that was hidden from it.

    `type_right`: the record type is written, and is one of the source's.  `type_open`: it is left TODO.
    """

    source: str
    type_right: bool = True
    type_open: bool = False
    mapped: int = 0
    columns: int = 0
    right: int = 0
    wrong: list[tuple[str, str | None, str]] = field(default_factory=list)

    @property
    def line(self) -> str:
        """The line of the table."""
        todo = self.columns - self.right - len(self.wrong)
        kind = "  (record type left TODO)" if self.type_open else "" if self.type_right else "  (another record type)"
        return (
            f"{self.source:32} {self.mapped:6} {self.right:6} {self.right / self.mapped:6.0%} {todo:6} "
            f"{len(self.wrong):6} {len(self.wrong) / self.columns:6.0%}{kind}"
        )


def quality_of(folder: Path) -> Quality:
    """Draft the source of a folder from its sample and compare."""
    source = read_source(folder)
    sample = next(folder.glob("sample.*"))
    with read(sample, format_of(source)) as reading:
        rows = pa.Table.from_batches(list(reading))
    truth = _truth(source)
    draft = propose(profile(rows))
    is_open = draft.rivals is not None
    right = not is_open and any(draft.record_type is each for each in source.record_types)
    found = Quality(source.name, type_right=right, type_open=is_open)
    for proposal in draft.proposals:
        name = proposal.column.name
        if proposal.column.listed:
            continue
        found.columns += 1
        found.mapped += name in truth
        if not proposal.sure:
            continue
        paths = {unnumbered(path) for path in (proposal.path, *proposal.also) if path}
        if paths & truth.get(name, set()):
            found.right += 1
        else:
            found.wrong.append((name, proposal.path, " / ".join(sorted(truth.get(name, {"(ignored)"})))))
    return found


def _truth(source: Source) -> dict[str, set[str]]:
    truth: dict[str, set[str]] = {}
    for path, rule in source.all_rules():
        for column in rule.columns:
            truth.setdefault(column, set()).add(unnumbered(path))
    return truth


def every_quality(step: int = 1) -> list[Quality]:
    """Return the quality of the drafts of all shipped sources, or of every `step`-th one."""
    folders = [folder for folder in find_sources(settings().sources) if list(folder.glob("sample.*"))]
    return [quality_of(folder) for folder in folders[::step]]


def total_of(found: list[Quality]) -> Quality:
    """Return the sum."""
    total = Quality("all")
    for each in found:
        total.mapped += each.mapped
        total.columns += each.columns
        total.right += each.right
        total.wrong += each.wrong
    return total


def figures(_rows: int, _runs: int) -> list[Figure]:
    """Return the share of mapped columns proposed right, and the share of the sure proposals that is wrong."""
    total = total_of(every_quality())
    sure = total.right + len(total.wrong)
    return [
        compared("draft: columns proposed right", total.right, "columns", "mapped columns", total.mapped, ">= 0.5"),
        compared("draft: confidently wrong", len(total.wrong), "columns", "sure proposals", sure, "<= 0.015"),
    ]


def main() -> None:
    """Print the table."""
    found = every_quality()
    print(f"{'source':32} {'mapped':>6} {'right':>6} {'':6} {'todo':>6} {'wrong':>6}")
    for each in (*found, total_of(found)):
        print(each.line)
        for name, proposed, meant in each.wrong if "--wrong" in sys.argv and each.source != "all" else ():
            print(f"    {name}: {proposed}, not {meant}")


if __name__ == "__main__":
    main()
