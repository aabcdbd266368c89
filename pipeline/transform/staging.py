"""The work store: a batch between two steps, as Parquet under its id, wherever fsspec can write.

    <work>/<batch_id>/facts.json             what the reader and the mapping said about the file (`DeliveryFacts`)
                      part-00000/<route>/record.parquet, <child>.parquet ...  the records of one record batch
                      part-00000/<route>/findings.parquet                     what the mapping said about them
                      part-00000/unrouted.parquet, skipped.parquet            rows that are no records
                      part-00000/places.parquet, bad.parquet                  where rows stand, which are kept out
                      verdict/quarantine.parquet                              the rows that validation keeps out
                      summary.json                                            its verdict (`ValidationSummary`)
                      corrections.json, corrections/<kind>                    the files that go back to the sender

Part n of every table belongs to the same rows, so that a part can be judged and loaded by itself and memory stays
bounded.  A step writes its files anew each time it runs: a half-written attempt is never read, since `facts.json` and
the ledger's state come last.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import fsspec
import pyarrow.parquet as pq

from hub.receipt import Document
from hub.settings import settings
from pipeline.corrections.build import CorrectionFiles
from pipeline.transform.batch_facts import DeliveryFacts, ValidationSummary

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from mappings.engine import Route

RECORD = "record"  # the file of the record itself; children have their own names


class Work:
    """The files of one batch."""

    def __init__(self, batch_id: str, store: str | None = None) -> None:
        """Open the batch's folder in `store` (a URL); nothing is made until something is written."""
        self.fs, root = fsspec.core.url_to_fs(store or settings().work_url)
        self.root = f"{root}/{batch_id}"

    def clear(self, folder: str = "") -> None:
        """Remove what an earlier attempt, or a finished batch, has left."""
        path = f"{self.root}/{folder}".rstrip("/")
        if self.fs.exists(path):
            self.fs.rm(path, recursive=True)

    def write(self, folder: str, name: str, table: pa.Table) -> None:
        """Write one table; empty ones too, so that a missing file always means a fault."""
        self.fs.makedirs(f"{self.root}/{folder}", exist_ok=True)
        # LZ4 without dictionaries or statistics: the file lives for seconds, so writing it must cost little.
        pq.write_table(
            table,
            f"{self.root}/{folder}/{name}.parquet",
            filesystem=self.fs,
            compression="lz4",
            use_dictionary=False,
            write_statistics=False,
        )

    def read(self, folder: str, name: str) -> pa.Table:
        """Read one table back."""
        return pq.read_table(f"{self.root}/{folder}/{name}.parquet", filesystem=self.fs, partitioning=None)

    @staticmethod
    def ids() -> list[str]:
        """Return the ids of all batches that have files in the store."""
        fs, root = fsspec.core.url_to_fs(settings().work_url)
        return [path.rpartition("/")[2] for path in fs.ls(root, detail=False)] if fs.exists(root) else []

    def tables(self, part: str, route: Route) -> dict[str, pa.Table]:
        """Read the records of one route back, as `refine` made them: "" is the record itself, else a child."""
        return {child: self.read(f"{part}/{route.name}", child or RECORD) for child in ("", *route.children)}

    def parts(self, facts: DeliveryFacts | None = None) -> Iterator[str]:
        """Return the names of the batch's parts, in order; without `facts`, by those that `map` has kept."""
        return (f"part-{number:05d}" for number in range((facts or self.facts()).parts))

    def put_corrections(self, made: CorrectionFiles) -> None:
        """Keep finished correction files until the transaction that puts them into the outbox."""
        self.fs.makedirs(f"{self.root}/corrections", exist_ok=True)
        for document in made.documents:
            with self.fs.open(f"{self.root}/corrections/{document.kind}", "wb") as file:
                file.write(document.body)
        names = [{"kind": document.kind, "name": document.name} for document in made.documents]
        self._put_json("corrections", json.dumps({"documents": names, "told": made.summary}, ensure_ascii=False))

    def corrections(self) -> CorrectionFiles:
        """Return the finished correction files."""
        stored = json.loads(self._json("corrections"))
        documents = [
            Document(each["kind"], each["name"], self.fs.cat_file(f"{self.root}/corrections/{each['kind']}"))
            for each in stored["documents"]
        ]
        return CorrectionFiles(documents, stored["told"])

    def put_facts(self, facts: DeliveryFacts) -> None:
        """Write the facts of the file; the last thing that `map` does."""
        self._put_json("facts", facts.to_json())

    def facts(self) -> DeliveryFacts:
        """Return the facts of the file."""
        return DeliveryFacts.from_json(self._json("facts"))

    def put_summary(self, summary: ValidationSummary) -> None:
        """Write the summary of the verdict."""
        self._put_json("summary", summary.to_json())

    def summary(self) -> ValidationSummary:
        """Return the summary of the verdict."""
        return ValidationSummary.from_json(self._json("summary"))

    def exists(self) -> bool:
        """Whether `map` has finished its work here."""
        return bool(self.fs.exists(f"{self.root}/facts.json"))

    def _put_json(self, name: str, text: str) -> None:
        self.fs.makedirs(self.root, exist_ok=True)
        with self.fs.open(f"{self.root}/{name}.json", "w", encoding="utf-8") as file:
            file.write(text)

    def _json(self, name: str) -> str:
        with self.fs.open(f"{self.root}/{name}.json", "r", encoding="utf-8") as file:
            return str(file.read())
