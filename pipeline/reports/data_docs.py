"""Data Docs for engineers: a folder of pages about the last batches of every source, made from the ledger.

Pages are named by what they tell, so a page that is there is never made again: Great Expectations, which takes seconds
to import, is called only when something is new.  What is no longer told is removed.
"""

from __future__ import annotations

import hashlib
import json
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from hub.durable import write_durable
from hub.settings import settings
from validation.batches.data_docs import Page, index_page, results_page, suite_page
from warehouse.connection import connect
from warehouse.listings import rows_of
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from hub.receipt import RuleResult
    from validation.batches.data_docs import BatchLine, SourceLine

LAST = 20  # batches of a source


def build(last: int = LAST) -> tuple[Path, int]:
    """Bring the site up to date; return its first page and how many pages were made.

    The first page is written each time, since it says as of when it tells.
    """
    site = Site(docs_folder())
    with connect() as conn:
        judged = rows_of(conn, JudgedBatch, "holds/judged_batches", last=last)
        judged_at = conn.execute(statement("holds/transaction_time")).fetchone()[0]  # type: ignore[index]  # always one row
    sources = [_source(site, name, list(batches)) for name, batches in groupby(judged, lambda each: each["source"])]
    first = site.folder / "index.html"
    first.parent.mkdir(parents=True, exist_ok=True)
    write_durable(first, index_page(sources, as_of=f"{judged_at:%Y-%m-%d %H:%M:%S} UTC").encode())
    site.tidy()
    return first, site.made


def docs_folder() -> Path:
    """Return the folder of the pages; it need not be there."""
    return settings().home / "data-docs"


def page_of(source: str, name: str) -> str | None:
    """Return where a page is, seen from the first one; None where it is not built.

    Args:
        source: The source, `agency/feed`.
        name: A batch id, or `suite`.
    """
    pages = sorted((docs_folder() / source).glob(f"{name}-*.html"), key=lambda path: path.stat().st_mtime_ns)
    return f"{source}/{pages[-1].name}" if pages else None


class JudgedBatch(TypedDict):
    """A batch with what the batch rules said of it: a row of `holds/judged_batches`."""

    source: str
    batch_id: str
    file_name: str
    state: str
    received_at: datetime
    results: list[RuleResult]


class Site:
    """The folder: which pages it should have, and how many had to be made."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.wanted, self.made = folder, {folder / "index.html"}, 0

    def page(self, source: str, name: str, content: list[Any], make: Callable[[], str]) -> str:
        """Return where the page is that tells so, seen from the first page; make it if it is not there."""
        text = json.dumps([_version(), content], ensure_ascii=False, sort_keys=True, default=str)
        place = f"{source}/{name}-{hashlib.sha256(text.encode()).hexdigest()[:12]}.html"
        path = self.folder / place
        self.wanted.add(path)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_durable(path, make().encode())
            self.made += 1
        return place

    def tidy(self) -> None:
        """Remove the pages that are no longer told."""
        for path in set(self.folder.glob("**/*.html")) - self.wanted:
            path.unlink(missing_ok=True)


def _version() -> str:
    """Return what changes when pages look different: they are made anew then."""
    frame = Path(__file__).parents[2] / "validation" / "pages"
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(frame.glob("*.j2")))).hexdigest()


def _source(site: Site, name: str, batches: list[JudgedBatch]) -> SourceLine:
    newest = batches[0]
    rules = [{**each, "observed": None} for each in newest["results"]]
    suite = Page(f"Suite of {name}", {"Rules": str(len(rules))}, "../../index.html")
    return {
        "name": name,
        "rules": len(rules),
        "suite": site.page(name, "suite", rules, lambda: suite_page(suite, newest["results"])),
        "batches": [_batch(site, each) for each in batches],
    }


def _batch(site: Site, batch: JudgedBatch) -> BatchLine:
    results, received = batch["results"], f"{batch['received_at']:%Y-%m-%d %H:%M:%S} UTC"
    good = sum(each["success"] for each in results)
    facts = {
        "Source": batch["source"],
        "File": batch["file_name"],
        "Received": received,
        "Rules met": f"{good} of {len(results)}",
    }
    page = Page(f"Batch {batch['batch_id']}", facts, "../../index.html")
    content = [facts, results]
    return {
        "id": batch["batch_id"],
        "file": batch["file_name"],
        "received": received,
        "state": batch["state"],
        "good": good,
        "count": len(results),
        "page": site.page(batch["source"], batch["batch_id"], content, lambda: results_page(page, results)),
    }
