"""The work store: a batch between two steps, as Parquet under its id, wherever fsspec can write.

    <work>/<batch_id>/meta.json              what the reader and the mapping said about the file
                      part-00000/<route>/record.parquet, <child>.parquet ...  the records of one record batch
                      part-00000/<route>/findings.parquet                     what the mapping said about them
                      part-00000/unrouted.parquet, skipped.parquet            rows that are no records
                      part-00000/places.parquet, bad.parquet                  where rows stand, which are kept out
                      verdict/quarantine.parquet                              what validation made of it
                      answers.json, answers/<kind>                            the files that go back to the sender

Part n of every table belongs to the same rows, so that a part can be judged and loaded by itself and memory stays
bounded.  A step writes its files anew each time it runs: a half-written attempt is never read, since `meta.json` and
the ledger's state come last.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import fsspec
import pyarrow.parquet as pq

from hub.receipt import Document
from hub.settings import settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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

    def parts(self) -> Iterator[str]:
        """Return the names of the batch's parts, in order."""
        return (f"part-{number:05d}" for number in range(self.meta()["parts"]))

    def put_documents(self, documents: Sequence[Document]) -> None:
        """Keep finished answers until the transaction that puts them into the outbox."""
        self.fs.makedirs(f"{self.root}/answers", exist_ok=True)
        for document in documents:
            with self.fs.open(f"{self.root}/answers/{document.kind}", "wb") as file:
                file.write(document.body)
        with self.fs.open(f"{self.root}/answers.json", "w", encoding="utf-8") as file:
            json.dump([[document.kind, document.name] for document in documents], file)

    def documents(self) -> list[Document]:
        """Return the finished answers."""
        with self.fs.open(f"{self.root}/answers.json", "r", encoding="utf-8") as file:
            made: list[list[str]] = json.load(file)
        return [Document(kind, name, self.fs.cat_file(f"{self.root}/answers/{kind}")) for kind, name in made]

    def put_meta(self, meta: dict[str, Any]) -> None:
        """Write the batch's facts; the last thing that `map` does."""
        self.fs.makedirs(self.root, exist_ok=True)
        with self.fs.open(f"{self.root}/meta.json", "w", encoding="utf-8") as file:
            json.dump(meta, file, ensure_ascii=False)

    def meta(self) -> dict[str, Any]:
        """Return the batch's facts."""
        with self.fs.open(f"{self.root}/meta.json", "r", encoding="utf-8") as file:
            meta: dict[str, Any] = json.load(file)
        return meta

    def exists(self) -> bool:
        """Whether `map` has finished its work here."""
        return bool(self.fs.exists(f"{self.root}/meta.json"))
