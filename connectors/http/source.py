"""HTTP: the pages that a web service gives for one address are one delivery.

Without pagination the body is delivered as it came.  Pages are the members of one zip archive, each as it came and
without compression, so that the same pages give the same bytes.  A delivery with the hash of the last one is not new.
"""

from __future__ import annotations

import shutil
import zipfile
from base64 import b64encode
from dataclasses import replace
from typing import TYPE_CHECKING

from connectors import filenames
from connectors.base import Fetched
from connectors.download import Download
from connectors.http.client import NOT_MODIFIED, OK, HttpClient, Response, base_url
from connectors.http.incremental import AddressState, Incremental
from connectors.http.page_cache import PageCache
from connectors.http.page_rules import PageRules
from connectors.http.pagination import FetchedPage, first_url, paginator
from connectors.raw_store import digest
from connectors.sandbox.page_parser import Page, PageParser
from hub.errors import FixTheHub, RetryLater
from hub.messages import error_of, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from connectors.base import Limits
    from connectors.connection import Connection
    from hub.source_options import ConnectorOptions, FormatOptions

ALWAYS = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip archive can name
PIECE = 1 << 20
ACCEPT = {"xml": "application/xml, text/xml", "json": "application/json"}


class Http:
    """The connector of one address.

    Args:
        connection: The web server, with its secrets.
        config: The mapping's `connector:`.
        file_format: The mapping's `format:`.
        limits: Times, attempts, bytes and pages.

    Raises:
        FixTheHub: The connection names no web server, or a secret would be sent without encryption.
    """

    def __init__(
        self, connection: Connection, config: ConnectorOptions, file_format: FormatOptions, limits: Limits
    ) -> None:
        self.config, self.file_format, self.limits = config, file_format, limits
        self.is_paged = bool(config.get("pages"))
        self.paginator = paginator(config.get("pages"))
        self.web = HttpClient(base_url(connection), connection, limits, _secret_headers(connection))
        self.parser = PageParser()
        self.first = first_url(self.web.base, config, self.paginator)

    def fetch(self, known: Mapping[str, AddressState], into: Path) -> Iterator[Fetched[AddressState]]:
        """Yield the delivery, if its hash is not that of the last one; pages are cached beside the folder `into`.

        Raises:
            RetryLater: The server cannot answer, or its answer is not as agreed.
            FixTheHub: The server denies access, has no such address, or sends too much; or records have no usable
                value for `since:`, which is raised after the delivery.
        """
        cursor_key = self.first.removeprefix(self.web.base)
        previous = known.get(cursor_key)
        cache = PageCache(into.parent / "pages")
        since = Incremental(self.config.get("since"), previous, self.web.place(self.first))
        rules = PageRules(self.config, self.file_format, self.paginator)
        found, records = self._fetch_pages(cache, since, rules)
        try:
            rules.compare(self.web.place(self.first))
        except RetryLater:
            for url in found:
                cache.forget(url)
            raise
        path = self._bundle([cache.body(url) for url in found], into)
        sha256 = digest(path).sha256
        state: AddressState = {"sha256": sha256, "pages": len(found), "records": records, **since.state()}
        if previous is None or previous.get("sha256") != sha256:
            yield self._delivery(Fetched(cursor_key, state, previous, notes=tuple(rules.notes)), path)
        elif state.get("since") != previous.get("since"):
            yield Fetched(cursor_key, state, previous)
        cache.finish()
        since.check()

    def finish(self, fetched: Fetched[AddressState]) -> None:
        """Do nothing: fetching changes nothing at the server."""

    def close(self) -> None:
        """Close the connections and end the child process."""
        self.parser.close()
        self.web.close()

    def _delivery(self, found: Fetched[AddressState], path: Path) -> Fetched[AddressState]:
        if found.state["records"] == 0:  # no records are neither a fault nor a delivery
            return replace(found, notes=())
        stem = self.config["path"].rpartition("/")[2] or "answer"
        suffix = ".zip" if self.is_paged else f".{self.file_format['kind']}"
        return replace(found, path=path, name=filenames.label(stem.removesuffix(suffix) + suffix))

    def _fetch_pages(self, cache: PageCache, since: Incremental, rules: PageRules) -> tuple[list[str], int]:
        """Fetch all pages into the cache; return their addresses and the number of their records.

        A page that breaks the rules leaves the cache, so that the next fetch requests it again.
        """
        found: list[str] = []
        records = size = 0
        url: str | None = since.first_url(self.first)
        while url is not None:
            place, first = self.web.place(url), not found
            response = self._page(url, cache, rules.accepted(first=first))
            body = cache.body(url)
            size += body.stat().st_size
            self._within_limits(url, found, size)
            # One response may be as long as any file; then it is not parsed, and its records are not counted.
            page = self._parsed(body, since, rules)
            try:
                if rules.is_end(response.status, page, size=body.stat().st_size, first=first, place=place):
                    since.add_empty(response, first=first)
                    return found or [url], records  # the empty page after the last one is left out
                if page is not None and self.file_format["kind"] in ACCEPT:
                    rules.check(page, place)
            except RetryLater:
                cache.forget(url)
                raise
            if page is not None and rules.is_repeated(page):
                return found, records
            since.add(page or Page(), response, first=first)
            count = page.count if page is not None and not page.broken else -1
            if count or first or not self.paginator.counts:
                found.append(url)
            records += abs(count)  # a page that was not parsed counts as one record, so it is delivered
            following = self.paginator.next_url(FetchedPage(url, response, page or Page(), place))
            url = None if following is None else self.web.same_host(url, following)
        return found, records

    def _parsed(self, body: Path, since: Incremental, rules: PageRules) -> Page | None:
        """Return what the parser finds in a page; None for one that is too long to be parsed."""
        if body.stat().st_size > self.limits.page:
            return None
        return self.parser.page(
            body.read_bytes(),
            self.file_format,
            self.paginator.next_path,
            since.lookup,
            total_path=rules.total_path,
            empty_path=rules.empty_path,
        )

    def _page(self, url: str, cache: PageCache, accepted: tuple[int, ...]) -> Response:
        """Fetch one page into the cache, unless it is there and has not changed; `accepted` are further statuses."""
        cached = cache.find(url)
        if cached and cache.is_fresh(cached):
            return Response(NOT_MODIFIED, links=cached["links"])
        validators: dict[str, str] = cached["validators"] if cached else {}
        body, draft = cache.body(url), cache.body(url).with_suffix(".draft")
        with draft.open("wb") as file:
            target = Download(file, self.limits.page if self.is_paged else self.limits.bytes, self.web.place(url))
            response = self.web.request(url, target, {**self._accept(), **validators}, accepted=accepted)
        if response.status == NOT_MODIFIED:
            if cached is None:
                raise error_of(FixTheHub, "server.unasked", where=self.web.place(url))
            draft.unlink()
            return Response(NOT_MODIFIED, links=cached["links"])
        draft.replace(body)
        if response.status == OK:
            cache.store(url, response.validators, response.links)
        return response

    def _accept(self) -> dict[str, str]:
        return {"Accept": ACCEPT.get(self.file_format["kind"], "*/*")}

    def _within_limits(self, url: str, found: list[str], size: int) -> None:
        if url in found or len(found) >= self.limits.pages:
            key = "pages.circle" if url in found else "pages.too_many"
            why = sentence(key, count=len(found))
            raise error_of(FixTheHub, "pages.no_end", where=self.web.place(url), why=why)
        if size > self.limits.bytes:
            raise error_of(FixTheHub, "pages.too_large", where=self.web.place(url), most=self.limits.bytes)

    def _bundle(self, bodies: list[Path], into: Path) -> Path:
        path = into / "delivery"
        with path.open("wb") as target:
            if not self.is_paged:
                with bodies[0].open("rb") as source:
                    shutil.copyfileobj(source, target, PIECE)
                return path
            with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
                for number, body in enumerate(bodies, 1):
                    member = zipfile.ZipInfo(f"{number:05d}.{self.file_format['kind']}", ALWAYS)
                    member.create_system = 3  # as on Unix, wherever this runs
                    archive.writestr(member, body.read_bytes())
        return path


def _secret_headers(connection: Connection) -> dict[str, str]:
    """Return the headers that let the hub in: Basic with a login, Bearer without one, and those of the extra."""
    extra = connection.extra.get("headers")
    headers = {str(name): str(value) for name, value in extra.items()} if isinstance(extra, dict) else {}
    if connection.login:
        headers["Authorization"] = "Basic " + b64encode(f"{connection.login}:{connection.password}".encode()).decode()
    elif connection.password:
        headers["Authorization"] = f"Bearer {connection.password}"
    return headers
