"""Pages that were fetched, kept on disk until their pull is complete, and after that while their server tags them.

It saves time and nothing else: what is delivered is decided by the hash of the whole, so a shelf that is lost, or is
on another machine, costs asking again.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from hub import clock
from hub.durable import write_durable

if TYPE_CHECKING:
    from pathlib import Path

RESUME = 900.0  # seconds for which a page without a tag is good enough to go on with


class PageCache:
    """A folder of pages by address."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.used: set[str] = set()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def find(self, url: str) -> dict[str, Any] | None:
        """Return what is known of the page (`validators`, `next`, `at`), when its bytes are here and whole."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            about: dict[str, Any] = json.loads(self._about(url).read_bytes())
            body = self.body(url)
            if about["url"] == url and _digest(body) == about["sha256"]:
                return about
        return None

    def is_fresh(self, about: dict[str, Any]) -> bool:
        """Whether a page of a pull that was interrupted may be used without asking again."""
        return not about["done"] and 0 <= clock.seconds() - about["at"] < RESUME

    def body(self, url: str) -> Path:
        """Return where the bytes of a page are, or are to be."""
        self.used.add(_key(url))
        return self.folder / f"{_key(url)}.body"

    def keep(self, url: str, validators: dict[str, str], links: dict[str, Any]) -> None:
        """Note that the bytes of a page are whole."""
        about = {"url": url, "validators": validators, "links": links, "at": clock.seconds(), "done": False}
        about["sha256"] = _digest(self.body(url))
        write_durable(self._about(url), json.dumps(about).encode())

    def forget(self, url: str) -> None:
        """Drop a page that is no answer, so that the next pull asks for it."""
        self._about(url).unlink(missing_ok=True)

    def finish(self) -> None:
        """Keep what the server has tagged and remove the rest: the pull is registered."""
        for path in self.folder.glob("*.about"):
            about: dict[str, Any] = {}
            with suppress(OSError, ValueError):
                about = json.loads(path.read_bytes())
            if path.stem in self.used and about.get("validators"):
                write_durable(path, json.dumps({**about, "done": True}).encode())
            else:
                path.unlink(missing_ok=True)
        for path in (*self.folder.glob("*.body"), *self.folder.glob("*.draft")):
            if path.suffix == ".draft" or not path.with_suffix(".about").exists():
                path.unlink(missing_ok=True)

    def _about(self, url: str) -> Path:
        return self.folder / f"{_key(url)}.about"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _key(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()[:32]
