"""Fetched pages on disk: all of them until their fetch is complete, after that those with an ETag or a date.

The cache saves time and nothing else.  Whether a delivery is new is decided by the hash of the whole, so a cache that
is lost, or is on another machine, costs fetching the pages again.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from typing import TYPE_CHECKING, TypedDict

from connectors.raw_store import digest
from hub import clock
from hub.durable import write_durable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

RESUME = 900.0  # seconds for which an interrupted fetch uses a page without sending a request


class CachedPage(TypedDict):
    """The entry of a page in the cache."""

    url: str
    validators: dict[str, str]  # the headers of a conditional request for it
    links: dict[str, dict[str, str]]  # its header `Link` by relation
    at: float  # seconds since 1970, when it was fetched
    done: bool  # the fetch that it belongs to is complete
    sha256: str  # of its bytes, hexadecimal


class PageCache:
    """A folder of pages by address; it is made if it is missing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.used: set[str] = set()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def find(self, url: str) -> CachedPage | None:
        """Return the entry of a page; None when there is none, or the bytes are not those that it describes."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            about: CachedPage = json.loads(self._about(url).read_bytes())
            body = self.body(url)
            if about["url"] == url and digest(body).sha256 == about["sha256"]:
                return about
        return None

    def is_fresh(self, about: CachedPage) -> bool:
        """Whether a page of an interrupted fetch is young enough to be used without a request."""
        return not about["done"] and 0 <= clock.seconds() - about["at"] < RESUME

    def body(self, url: str) -> Path:
        """Return the path for the bytes of a page, which need not exist yet; the page counts as used by this fetch."""
        self.used.add(_key(url))
        return self.folder / f"{_key(url)}.body"

    def store(self, url: str, validators: dict[str, str], links: Mapping[str, Mapping[str, str]]) -> None:
        """Write the entry of a page whose bytes are complete.

        Args:
            url: Its address.
            validators: The headers of a conditional request for it; without any it goes when the fetch is complete.
            links: Its header `Link` by relation.
        """
        about: CachedPage = {
            "url": url,
            "validators": validators,
            "links": {relation: dict(link) for relation, link in links.items()},
            "at": clock.seconds(),
            "done": False,
            "sha256": digest(self.body(url)).sha256,
        }
        write_durable(self._about(url), json.dumps(about).encode())

    def forget(self, url: str) -> None:
        """Drop the entry of a page, so that the next fetch requests it again."""
        self._about(url).unlink(missing_ok=True)

    def finish(self) -> None:
        """Keep the used pages with validators and remove all others: the fetch is registered."""
        for path in self.folder.glob("*.about"):
            about: CachedPage | None = None
            with suppress(OSError, ValueError):
                about = json.loads(path.read_bytes())
            if path.stem in self.used and about and about.get("validators"):
                write_durable(path, json.dumps({**about, "done": True}).encode())
            else:
                path.unlink(missing_ok=True)
        for path in (*self.folder.glob("*.body"), *self.folder.glob("*.draft")):
            if path.suffix == ".draft" or not path.with_suffix(".about").exists():
                path.unlink(missing_ok=True)

    def _about(self, url: str) -> Path:
        return self.folder / f"{_key(url)}.about"


def _key(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()[:32]
