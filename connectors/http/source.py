"""HTTP: what a web service answers, as JSON or XML; its pages together are one delivery.

One page is delivered as it came.  Several are the members of one zip archive, each as it came, always packed alike, so
that the same pages are the same bytes.  A delivery whose hash was registered last time is nothing new.
"""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from base64 import b64encode
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from connectors import filenames
from connectors.base import Fetched
from connectors.download import Download
from connectors.http.client import OK, UNCHANGED, Answer, HttpClient, base_of
from connectors.http.incremental import Incremental
from connectors.http.page_cache import PageCache
from connectors.http.page_rules import PageRules
from connectors.http.pagination import COUNTED, first_of, next_of
from connectors.sandbox.page_parser import Page, PageParser
from hub.errors import FixTheHub, RetryLater

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from connectors.base import CursorState, Limits
    from connectors.connection import Connection

ALWAYS = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip archive can name
PIECE = 1 << 20
ACCEPT = {"xml": "application/xml, text/xml", "json": "application/json"}


class Http:
    """The connector of one address; `form` is the mapping's `format:`."""

    def __init__(self, who: Connection, agreed: Mapping[str, Any], form: Mapping[str, Any], limits: Limits) -> None:
        self.agreed, self.form, self.limits = agreed, form, limits
        self.pages = agreed.get("pages")
        self.counted = (self.pages or {}).get("by") in COUNTED
        self.web = HttpClient(base_of(who), who, limits, _secret_headers(who))
        self.glance = PageParser()
        self.first = first_of(self.web.base, agreed)

    def fetch(self, known: Mapping[str, CursorState], into: Path) -> Iterator[Fetched]:
        """Yield the delivery, if it is another one than the last."""
        slot = self.first.removeprefix(self.web.base)
        before = known.get(slot)
        shelf = PageCache(into.parent / "pages")
        since = Incremental(self.agreed.get("since"), before, self.web.place(self.first))
        rules = PageRules(self.agreed, self.form)
        found, records = self._pull(shelf, since, rules)
        try:
            rules.compare(self.web.place(self.first))
        except RetryLater:
            for url in found:
                shelf.forget(url)
            raise
        path = self._bundle([shelf.body(url) for url in found], into)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        memory = {"sha256": digest, "pages": len(found), "records": records, **since.memory()}
        if before is None or before.get("sha256") != digest:
            yield self._delivery(Fetched(slot, memory, before, notes=tuple(rules.notes)), path)
        elif memory.get("since") != before.get("since"):
            yield Fetched(slot, memory, before)
        shelf.finish()
        since.refuse()

    def finish(self, fetched: Fetched) -> None:
        """Nothing is changed at the partner's."""

    def close(self) -> None:
        """Close the connections, and end the child."""
        self.glance.close()
        self.web.close()

    def _delivery(self, found: Fetched, path: Path) -> Fetched:
        if found.memory["records"] == 0:  # nothing there is no fault, and no delivery
            return replace(found, notes=())
        stem = self.agreed["path"].rpartition("/")[2] or "answer"
        suffix = ".zip" if self.pages else f".{self.form['kind']}"
        return replace(found, path=path, name=filenames.label(stem.removesuffix(suffix) + suffix))

    def _pull(self, shelf: PageCache, since: Incremental, rules: PageRules) -> tuple[list[str], int]:
        """Get all pages onto the shelf; return their addresses and how many records they have together.

        Raises RetryLater and FixTheHub; a page that is no answer is then forgotten, so that it is asked for again.
        """
        found: list[str] = []
        records = size = 0
        url: str | None = since.address(self.first)
        while url is not None:
            place, first = self.web.place(url), not found
            answer = self._page(url, shelf, rules.accepted(first=first))
            body = shelf.body(url)
            size += body.stat().st_size
            self._within_limits(url, found, size)
            # One answer may be as long as any file; then it is not looked into, and its records are not known.
            page = self._looked_into(body, since, rules)
            try:
                if rules.is_end(answer.status, page, size=body.stat().st_size, first=first, place=place):
                    since.note_end(answer, first=first)
                    return found or [url], records  # the empty page after the last one is left out
                if page is not None and self.form["kind"] in ACCEPT:
                    rules.check(page, place)
            except RetryLater:
                shelf.forget(url)
                raise
            if page is not None and rules.is_repeated(page):
                return found, records
            since.note(page or Page(), answer, first=first)
            count = page.count if page is not None and not page.broken else -1
            if count or first or not self.counted:
                found.append(url)
            records += abs(count)  # a page that was not looked into may have any: the reader will say
            there = next_of(self.pages, url, answer, page or Page(), place) if self.pages else None
            url = None if there is None else self.web.same_host(url, there)
        return found, records

    def _looked_into(self, body: Path, since: Incremental, rules: PageRules) -> Page | None:
        """Return what a page tells; None for one that is too long to be looked into."""
        if body.stat().st_size > self.limits.page:
            return None
        at = (self.pages or {}).get("at")
        return self.glance.page(body.read_bytes(), self.form, at, since.asked, **rules.places)

    def _page(self, url: str, shelf: PageCache, accepted: tuple[int, ...]) -> Answer:
        """Get one page onto the shelf, unless it is there and has not changed; `accepted` statuses are answers too."""
        about = shelf.find(url)
        if about and shelf.is_fresh(about):
            return Answer(UNCHANGED, links=about["links"])
        validators: dict[str, str] = about["validators"] if about else {}
        body, draft = shelf.body(url), shelf.body(url).with_suffix(".draft")
        with draft.open("wb") as file:
            sink = Download(file, self.limits.page if self.pages else self.limits.bytes, self.web.place(url))
            answer = self.web.ask(url, sink, {**self._accept(), **validators}, accepted=accepted)
        if answer.status == UNCHANGED:
            if about is None:
                raise FixTheHub("The server says that nothing has changed, unasked.", where=self.web.place(url))
            draft.unlink()
            return Answer(UNCHANGED, links=about["links"])
        draft.replace(body)
        if answer.status == OK:
            shelf.keep(url, answer.validators, dict(answer.links))
        return answer

    def _accept(self) -> dict[str, str]:
        return {"Accept": ACCEPT.get(self.form["kind"], "*/*")}

    def _within_limits(self, url: str, found: list[str], size: int) -> None:
        if url in found or len(found) >= self.limits.pages:
            raise FixTheHub(
                "The pages of the server have no end.",
                where=self.web.place(url),
                why="One of them leads back to one before." if url in found else f"There are over {len(found):,}.",
                next_step="Correct `connector.pages` of the mapping, or ask the partner.",
            )
        if size > self.limits.bytes:
            raise FixTheHub(
                "A delivery is too large.",
                where=self.web.place(url),
                why=f"Its pages have more than {self.limits.bytes:,} bytes together.",
                next_step="Ask for less by `connector.query` of the mapping, or raise RISKHUB_FETCH_BYTES.",
            )

    def _bundle(self, bodies: list[Path], into: Path) -> Path:
        path = into / "delivery"
        with path.open("wb") as target:
            if not self.pages:
                with bodies[0].open("rb") as source:
                    shutil.copyfileobj(source, target, PIECE)
                return path
            with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
                for number, body in enumerate(bodies, 1):
                    member = zipfile.ZipInfo(f"{number:05d}.{self.form['kind']}", ALWAYS)
                    member.create_system = 3  # as on Unix, wherever this runs
                    archive.writestr(member, body.read_bytes())
        return path


def _secret_headers(who: Connection) -> dict[str, str]:
    """Return the headers that let the hub in: Basic with a login, Bearer without one, and those of the extra."""
    held = who.extra.get("headers")
    headers = {str(name): str(value) for name, value in held.items()} if isinstance(held, dict) else {}
    if who.login:
        headers["Authorization"] = "Basic " + b64encode(f"{who.login}:{who.password}".encode()).decode()
    elif who.password:
        headers["Authorization"] = f"Bearer {who.password}"
    return headers
