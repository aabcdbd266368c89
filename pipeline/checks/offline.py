"""What a check can say of a submission where no hub is at hand.  `pipeline/checks/online.py` knows the rest.

A partner runs it with nothing but this distribution, so nothing here asks a ledger or a warehouse.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from hub.finding import Finding
from pipeline.corrections.delivery import no_earlier_submission
from pipeline.intake.manifest_checks import AdmissionResult, check_manifest, file_faults
from pipeline.intake.signing_keys import keys_of
from pipeline.transform.batch_facts import RowOutcomes, unreadable_finding, unreadable_rows
from pipeline.transform.evaluate_delivery import ComparisonResult
from pipeline.transform.repeated_keys import REPLACED
from pipeline.transform.staging import RECORD
from pipeline.transform.withdrawal_keys import read_keys

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from connectors.manifest import Key, Manifest
    from connectors.raw_store import Stored
    from hub.finding import FindingLine
    from mappings.engine import Source
    from pipeline.corrections.delivery import Recall
    from pipeline.transform.evaluate_delivery import Comparison
    from pipeline.transform.staging import Work
    from validation.batches.figures import Figures

KEYS = ["row", "record_uid", "row_hash"]
# DuckDB, over the good rows: those under a key that stands more than once; whether each repeats the row before it under
# its key, or corrects it; and, for all contents but the last, the row that brings the last.
# `loading/classify_repeated_keys` of the warehouse decides the same where core is empty.
KEYS_REPEATED = """
select row, repeats, not repeats and row > first as corrects,
       case when not repeats and row < last then last end as replaced_by
from (select row, repeats, min(row) over keyed as first, max(row) filter (where not repeats) over keyed as last,
             count(*) over keyed as times
      from (select row, record_uid,
                   row_hash is not distinct from lag(row_hash) over (partition by record_uid order by row) as repeats
            from incoming)
      window keyed as (partition by record_uid))
where times > 1
order by row
"""
# DuckDB, over the good rows: those whose key stood before in the file, and whether their content is that of the first.
# `loading/classify_append` of the warehouse decides the same where core is empty.
KEYS_AGAIN = """
select row, row_hash = first_hash as same
from (select row, row_hash, first_value(row) over keyed as first_row, first_value(row_hash) over keyed as first_hash
      from incoming
      window keyed as (partition by record_uid order by row))
where row <> first_row
order by row
"""


@dataclass(frozen=True)
class CandidateBatch:
    """The batch that a file would be, if it were submitted now."""

    batch_id: str
    file_name: str
    sha256: str
    received_at: datetime
    operation: str = "new"
    late_precedence: str | None = None  # its place among the words, when a later number is here already


class OfflineContext:
    """What a check is judged by without a hub: the mapping, the standard, the keys that lie beside the mapping."""

    recall: Recall = staticmethod(no_earlier_submission)

    def __init__(self, source: Source) -> None:
        """Know no more than the source."""
        self.source = source
        self.notices: list[str] = ["check.not_compared"]  # what could not be looked at: keys of hub/text/sentences.yml

    def history(self, _: CandidateBatch) -> Sequence[Figures]:
        """Return the figures of the submissions before."""
        return ()

    def judge(self, manifest: Manifest, files: Mapping[str, Stored], received_at: datetime) -> AdmissionResult:
        """Judge a manifest and its files as the door does, as far as nothing earlier decides."""
        keys = self._keys()
        found = check_manifest(self.source, manifest, keys, received_at)
        if not keys and any(each.code == "KEY_UNKNOWN" for each in found.errors):
            found.errors = [each for each in found.errors if each.code != "KEY_UNKNOWN"]
            self.notices.append("check.no_keys")
        if not found.wrong_feed:
            found.errors += file_faults(manifest, files)
        return found

    def brought_before(self, _manifest: Manifest | None, admission: AdmissionResult, _sha256: str) -> str | None:
        """Return the batch that has brought the same before."""
        return admission.repeats

    def duplicate_finding(self, before: str) -> Finding:
        """Return what the sender of bytes that came before is told."""
        return Finding("DUPLICATE_FILE", value=before)

    def comparison(self, candidate: CandidateBatch, work: Work) -> Comparison:
        """Return what the rows of a batch are compared with."""
        return OfflineComparison(self.source, candidate.operation, work)

    def _keys(self) -> dict[str, Key]:
        """Return the keys that lie beside the mapping; none where they are not all there."""
        folder = self.source.folder.parent / "keys"
        there = all((folder / f"{each.name}.pem").is_file() for each in self.source.agency_keys)
        return keys_of(self.source) if there else {}


@dataclass(frozen=True)
class OfflineComparison:
    """The rows of one delivery compared with each other, where no warehouse is at hand."""

    source: Source
    operation: str
    work: Work

    def compare(self, quarantined: pa.Table) -> ComparisonResult:
        """Compare the good rows with each other: core is taken to be empty."""
        incoming = self._good()
        if self.source.mode_of(self.operation) == "append":
            return _once_only(incoming)
        con = duckdb.connect()
        con.register("incoming", incoming)
        again = con.sql(KEYS_REPEATED).to_arrow_table()
        repeated, changed = (pc.sum(again[name]).as_py() or 0 for name in ("repeats", "corrects"))
        outcomes = RowOutcomes(new=incoming.num_rows - repeated - changed, changed=changed, duplicate=repeated)
        replaced = again.select(REPLACED.names).filter(pc.is_valid(again["replaced_by"])).cast(REPLACED)
        found: list[FindingLine] = []
        if self.source.mode_of(self.operation) == "snapshot":
            found += unreadable_finding(unreadable_rows(quarantined, self.work.facts().totals))
        return ComparisonResult(outcomes, replaced=[replaced], findings=found)

    def withdraw(self, targets: Sequence[str]) -> ComparisonResult:
        """Count the rows of a list of keys that name something; whether core holds it nobody knows."""
        if targets:
            return ComparisonResult()
        named: set[int] = set()
        for record_type in self.source.record_types:
            named.update(read_keys(self.work, record_type.name)["row"].to_pylist())
        return ComparisonResult(RowOutcomes(changed=len(named), unknown=self.work.facts().rows - len(named)))

    def _good(self) -> pa.Table:
        work = self.work
        none = pa.schema([("row", pa.int64()), ("record_uid", pa.string()), ("row_hash", pa.binary(32))]).empty_table()
        found = [
            work.read(f"{part}/{route.name}", RECORD)
            .select(KEYS)
            .join(work.read(part, "bad").select(["row"]), "row", join_type="left anti")
            for part in work.parts()
            for route in self.source.routes
        ]
        return pa.concat_tables(found) if found else none


def _once_only(incoming: pa.Table) -> ComparisonResult:
    """Return what an append feed makes of keys that repeat: only the same content may come again."""
    con = duckdb.connect()
    con.register("incoming", incoming)
    again = con.sql(KEYS_AGAIN).to_arrow_table()
    refused = again["row"].filter(pc.invert(again["same"])).combine_chunks().cast(pa.int64())
    outcomes = RowOutcomes(
        new=incoming.num_rows - again.num_rows, duplicate=again.num_rows - len(refused), refused=len(refused)
    )
    return ComparisonResult(outcomes, refused=[refused])
