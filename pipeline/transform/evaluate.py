"""Evaluation: every record of a batch against the standard, and the batch against its feed's history."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from hub.concurrency import side_by_side
from pipeline.transform.batch_facts import ValidationSummary
from pipeline.transform.map_batches import judged
from pipeline.transform.quarantine import bad_records
from validation.aggregation import PLACED, Gathered, bad_rows, placed
from validation.batches.drift import limits, moved_columns
from validation.batches.figures import Figures, merged, profile
from validation.batches.suites import declared_limits, quiet
from validation.batches.verdict import judge_figures
from validation.catalogue import levels

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from hub.finding import Finding
    from hub.receipt import RuleResult
    from mappings.engine import Source
    from mappings.engine.model.route import Route
    from pipeline.transform.staging import Work


def evaluate(
    source: Source, work: Work, received_at: datetime, history: Sequence[Figures] = (), *, whole: bool = True
) -> tuple[pa.Table, ValidationSummary]:
    """Check the records of every part, and the batch by the figures of earlier ones.

    Args:
        source: The source.
        work: The work store of the batch.
        received_at: When the delivery was received; an event cannot be later.
        history: The figures of earlier batches, oldest first.
        whole: The delivery is no correction; the figures of a correction are not judged.

    Returns:
        The placed findings that are errors, and the summary of all findings.
    """
    gathered, facts = Gathered(), work.facts()
    errors: list[pa.Table] = []
    profiles: list[pa.Table] = []
    skipped: Counter[str] = Counter()

    def judged_part(part: str) -> Evaluation:
        return _judge_part(part, source, work, received_at)

    for found in side_by_side(work.parts(), judged_part):
        gathered.add(found.findings)
        if not source.only_checks:  # of what is only looked at, nothing is kept out
            errors.append(found.findings.filter(pc.equal(levels(found.findings["code"]), "error")))
        profiles.append(found.figures)
        skipped.update(found.skipped)
    figures = Figures.of(merged(profiles), facts.rows, facts.columns)
    mapped = [(route.record_type, _filled(route)) for route in source.routes]
    ordinary = whole and not quiet(figures, source.expect)
    usual = [*declared_limits(figures, source.expect, mapped), *limits(figures, history)] if ordinary else []
    verdict = judge_figures(usual)
    results: list[RuleResult] = [
        {**each, "column": _place(each["figure"].partition(":")[2], source)[0]} for each in verdict.results
    ]
    moved = moved_columns(figures.columns, history[-1].columns) if history and figures.columns else ()
    missing = {finding.column for finding in facts.findings}
    for finding in (*verdict.findings, *(each for each in moved if each.column not in missing)):
        gathered.add_file(_in_sender_columns(finding, source))
    for each in facts.findings:
        gathered.add_file(each)
    summary = ValidationSummary(gathered.lines(), dict(skipped), figures, results, verdict.reasons)
    return pa.concat_tables([PLACED.empty_table(), *errors]), summary


def _in_sender_columns(finding: Finding, source: Source) -> Finding:
    """Return a finding about a figure of a field with the sender's column that the field is made from."""
    if finding.field is None or finding.column is not None:
        return finding
    column, path = _place(finding.field, source)
    return replace(finding, column=column, field=path)


def _place(field: str, source: Source) -> tuple[str | None, str]:
    """Return the sender's column (None where there is none) and the path of a field, named with its table."""
    table, _, name = field.partition(".")
    for route in source.routes:
        for child, held in route.record_type.tables.items():
            if held.name == table:
                path = held.fields[name].path
                whole = f"{child}.{path}" if child else path
                return route.column_of(whole), whole
    return None, field


def _filled(route: Route) -> set[str]:
    """Return the columns that a route fills, those of lists as `product.name`."""
    blocks = [block for blocks in route.children.values() for block in blocks]
    items = {f"{block.child}.{rule.name}" for block in blocks for rules in block.items for rule in rules}
    return {rule.name for rule in route.rules} | items


class Evaluation(NamedTuple):
    """What is known of one part: its placed findings, its figures, its skipped rows by reason."""

    findings: pa.Table
    figures: pa.Table
    skipped: dict[str, int]


def _judge_part(part: str, source: Source, work: Work, received_at: datetime) -> Evaluation:
    found, figures, records = [work.read(part, "unrouted")], [profile(())], []
    for route in source.routes:
        tables = work.tables(part, route)
        found.append(judged(tables, work.read(f"{part}/{route.name}", "findings"), route, received_at))
        figures.append(profile((route.record_type.tables[child], table) for child, table in tables.items()))
        records.append(tables[""])
    findings = pa.concat_tables(found)
    quarantined = findings.slice(0, 0) if source.only_checks else findings
    work.write(part, "bad", bad_records(bad_rows(quarantined), records))
    reasons = work.read(part, "skipped").group_by("reason").aggregate([([], "count_all")]).to_pylist()
    return Evaluation(
        placed(findings, work.read(part, "places")),
        pa.concat_tables(figures),
        {line["reason"]: line["count_all"] for line in reasons},
    )
