"""S3 and what is compatible with it: the objects under a prefix of one bucket.

An object appears when it is whole, so there is nothing to wait for.  Its bytes are fetched only as long as they are
those that were listed (`If-Match`), and hashed here: the tag of a store is not their hash.  Not more is asked of a
store than listing, reading, copying and deleting; keys may be anything.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from connectors import filenames
from connectors.download import Download
from connectors.http.client import OK, HttpClient
from connectors.remote.listing import Entry
from connectors.remote.sigv4 import Signer
from connectors.sandbox.page_parser import PageParser
from hub.errors import FixTheHub, RetryLater

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from connectors.base import Limits
    from connectors.connection import Connection

REGION = "us-east-1"
GONE, CHANGED = 404, 412
LISTING = 8 << 20  # bytes of a page of a listing, which has a thousand keys of at most 1024 bytes each
COPIED = 5 << 30  # bytes that a store copies in one request
PATH, QUERY = "/-_.~", "-_.~"  # what is not percent-encoded


class S3:
    """The agreed prefix of one bucket."""

    def __init__(self, who: Connection, agreed: Mapping[str, Any], limits: Limits) -> None:
        self.limits = limits
        region = who.option("region_name") or REGION
        base = (who.option("endpoint_url") or f"https://s3.{region}.amazonaws.com").rstrip("/")
        self.web = HttpClient(base, who, limits, {})
        if who.login:  # a public bucket needs nobody's name
            self.web.sign = Signer(who, region)
        self.bucket, self.prefix = f"{base}/{agreed['bucket']}", str(agreed.get("prefix", ""))
        self.archive = str(agreed.get("archive", "done")).strip("/")
        self.glance = PageParser()
        self.place = f"{agreed['bucket']}/{self.prefix} at {self.web.place()}"

    def entries(self) -> Iterator[Entry]:
        """List the objects directly under the prefix, page by page."""
        token = ""
        while True:
            objects, following = self.listing_page(token)
            for key, size, tag, changed in objects:
                if key.endswith("/") or not key.startswith(self.prefix):
                    continue  # a mark for a folder; or a store that does not know prefixes
                yield Entry(key, key.removeprefix(self.prefix), size, (size, tag, changed))
            if not following or following == token:
                return
            token = following

    def download(self, entry: Entry, target: Download) -> bool:
        """Write the bytes of an object; False when it has changed or gone meanwhile."""
        answer = self.web.ask(
            self._url(entry.path),
            target,
            {"If-Match": entry.stamp[1]} if entry.stamp[1] else {},
            fine=(GONE, CHANGED),
        )
        return answer.status == OK and target.size == entry.size

    def take_away(self, entry: Entry, after: str, sha256: str) -> None:
        """Delete the object, or copy it under the archive's prefix and delete it then."""
        self._refuse(entry, after)
        if not self._is_there(entry) or (after == "archive" and not self.archived(entry, sha256)):
            return  # another object has taken its place: the next look finds it
        if self._is_there(entry):
            url, unless = self._url(entry.path), {"If-Match": entry.stamp[1]}
            self.web.ask(url, None, unless, method="DELETE", fine=(GONE, CHANGED))

    def close(self) -> None:
        """Close the connections, and end the child."""
        self.glance.close()
        self.web.close()

    def _refuse(self, entry: Entry, after: str) -> None:
        """Raise FixTheHub for an object that cannot be taken away without a chance of losing another one."""
        if entry.stamp[1] and (after != "archive" or entry.size <= COPIED):
            return
        raise FixTheHub(
            "An object cannot be taken away.",
            where=f"{filenames.label(entry.name)} at {self.place}",
            why=f"A store copies no more than {COPIED:,} bytes in one request."
            if entry.stamp[1]
            else "The store gives it no ETag, so nobody can tell whether it still is the one that was registered.",
            next_step="It is registered. Let the mapping say `after: leave`, and ask the partner to clear the bucket.",
        )

    def _is_there(self, entry: Entry) -> bool:
        answer = self.web.ask(self._url(entry.path), None, method="HEAD", fine=(GONE,))
        return answer.status == OK and answer.headers.get("etag") == entry.stamp[1]

    def archived(self, entry: Entry, sha256: str) -> bool:
        """Copy the object under the archive's prefix; a store may say in a success that it has failed."""
        there = f"{self.archive}/{sha256[:8]}-{entry.name}"
        source = self._url(entry.path).removeprefix(self.web.base)
        said = io.BytesIO()
        sink = Download(said, self.limits.page, self.place)
        only_this = {"x-amz-copy-source": source, "x-amz-copy-source-if-match": entry.stamp[1]}
        answer = self.web.ask(self._url(there), sink, only_this, method="PUT", fine=(GONE, CHANGED))
        if b"<Error" in said.getvalue():
            raise RetryLater("The store could not archive an object.", where=self.place)
        return answer.status == OK

    def listing_page(self, token: str) -> tuple[list[tuple[str, int, str, str]], str]:
        """Return the objects of one page of the listing, and the mark of the next page."""
        query = {"list-type": "2", "delimiter": "/", "encoding-type": "url", "prefix": self.prefix}
        if token:
            query["continuation-token"] = token
        text = "&".join(f"{name}={quote(query[name], safe=QUERY)}" for name in sorted(query))
        body = io.BytesIO()
        self.web.ask(f"{self.bucket}?{text}", Download(body, LISTING, self.place))
        listed = self.glance.listing(body.getvalue())
        if listed is None:
            raise RetryLater(
                "The store does not answer with a listing.",
                where=self.place,
                next_step="It is tried again by itself; if it stays so, correct `endpoint_url` of the connection.",
            )
        return listed

    def _url(self, key: str) -> str:
        if any(part in (".", "..") for part in key.split("/")):
            raise FixTheHub(
                "An object has a key that no address can carry.",
                where=f"{filenames.label(key)} at {self.place}",
                next_step="Ask its sender to give it another name.",
            )
        return f"{self.bucket}/{quote(key, safe=PATH, errors='surrogateescape')}"
