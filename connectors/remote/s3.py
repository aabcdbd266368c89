"""S3 and compatible stores: the objects under a prefix of one bucket.

An object appears when it is complete, so there is nothing to wait for.  Its bytes are read only as long as they are
those that were listed (`If-Match`), and hashed here: an ETag is not their hash.  The store needs to support listing,
reading, copying and deleting only; keys may be anything.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING
from urllib.parse import quote

from connectors import filenames
from connectors.download import Download
from connectors.http.client import OK, HttpClient
from connectors.remote.listing import Entry
from connectors.remote.sigv4 import Signer
from connectors.sandbox.page_parser import ListingPage, PageParser
from hub.errors import FixTheHub, RetryLater
from hub.messages import error_of, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.base import Limits
    from connectors.connection import Connection
    from hub.source_options import ConnectorOptions

REGION = "us-east-1"
GONE, CHANGED = 404, 412
LISTING = 8 << 20  # bytes of a page of a listing, which has a thousand keys of at most 1024 bytes each
COPIED = 5 << 30  # bytes that a store copies in one request
PATH, QUERY = "/-_.~", "-_.~"  # what is not percent-encoded


class S3:
    """The objects under the agreed prefix of one bucket, as a `Store`.

    Args:
        connection: The access key is its login, the secret key its password; without a login requests are not signed.
            Its extra may hold `endpoint_url`, `region_name`, `aws_session_token` and `ca_file`.
        config: The mapping's `connector:` with `bucket`, and perhaps `prefix` and `archive`.
        limits: Times, attempts and bytes.
    """

    def __init__(self, connection: Connection, config: ConnectorOptions, limits: Limits) -> None:
        self.limits = limits
        region = connection.option("region_name") or REGION
        base = (connection.option("endpoint_url") or f"https://s3.{region}.amazonaws.com").rstrip("/")
        self.web = HttpClient(base, connection, limits, {})
        if connection.login:  # a public bucket needs no signature
            self.web.sign = Signer(connection, region)
        self.bucket, self.prefix = f"{base}/{config['bucket']}", str(config.get("prefix", ""))
        self.archive = str(config.get("archive", "done")).strip("/")
        self.parser = PageParser()
        self.place = f"{config['bucket']}/{self.prefix} at {self.web.place()}"

    def entries(self) -> Iterator[Entry]:
        """List the objects directly under the prefix, page by page.

        Raises:
            RetryLater: The store cannot answer, or does not answer with a listing.
            FixTheHub: The store denies access, or has no such bucket.
        """
        token = ""
        while True:
            objects, following = self.listing_page(token)
            for key, size, tag, changed in objects:
                if key.endswith("/") or not key.startswith(self.prefix):
                    continue  # the placeholder of a folder; or a store that ignores prefixes
                yield Entry(key, key.removeprefix(self.prefix), size, (size, tag, changed))
            if not following or following == token:
                return
            token = following

    def download(self, entry: Entry, target: Download) -> bool:
        """Write the bytes of an object to `target`; return whether they are those that were listed.

        Raises:
            RetryLater: The store cannot answer.
            FixTheHub: The object may not be read, or is too large.
        """
        response = self.web.request(
            self._url(entry.path),
            target,
            {"If-Match": entry.stamp[1]} if entry.stamp[1] else {},
            skip_body=(GONE, CHANGED),
        )
        return response.status == OK and target.size == entry.size

    def take_away(self, entry: Entry, after: str, sha256: str) -> None:
        """Delete the object, or copy it under the archive's prefix and delete it then, if it is the listed one.

        Raises:
            RetryLater: The store cannot answer, or could not copy the object.
            FixTheHub: The store denies access, gives no ETag, or cannot copy an object of this size.
        """
        self._refuse(entry, after)
        if not self._is_there(entry) or (after == "archive" and not self.archived(entry, sha256)):
            return  # another object has taken its place: the next listing has it
        if self._is_there(entry):
            url, unless = self._url(entry.path), {"If-Match": entry.stamp[1]}
            self.web.request(url, None, unless, method="DELETE", skip_body=(GONE, CHANGED))

    def close(self) -> None:
        """Close the connections and end the child process."""
        self.parser.close()
        self.web.close()

    def _refuse(self, entry: Entry, after: str) -> None:
        """Raise FixTheHub for an object that cannot be taken away without the risk of losing another one."""
        if entry.stamp[1] and (after != "archive" or entry.size <= COPIED):
            return
        why = sentence("s3.too_large_to_copy" if entry.stamp[1] else "s3.no_etag", most=COPIED)
        where = f"{filenames.label(entry.name)} at {self.place}"
        raise error_of(FixTheHub, "s3.not_taken", where=where, why=why)

    def _is_there(self, entry: Entry) -> bool:
        response = self.web.request(self._url(entry.path), None, method="HEAD", skip_body=(GONE,))
        return response.status == OK and response.headers.get("etag") == entry.stamp[1]

    def archived(self, entry: Entry, sha256: str) -> bool:
        """Copy an object under the archive's prefix.

        Args:
            entry: The object as it was listed.
            sha256: The hash of its bytes; the copy is named after it.

        Returns:
            Whether it was copied; False when the object has changed or gone.

        Raises:
            RetryLater: The store cannot answer, or reports an error with the status 200, as CopyObject may.
            FixTheHub: The store denies access.
        """
        archived = f"{self.archive}/{sha256[:8]}-{entry.name}"
        source = self._url(entry.path).removeprefix(self.web.base)
        body = io.BytesIO()
        target = Download(body, self.limits.page, self.place)
        only_this = {"x-amz-copy-source": source, "x-amz-copy-source-if-match": entry.stamp[1]}
        response = self.web.request(self._url(archived), target, only_this, method="PUT", skip_body=(GONE, CHANGED))
        if b"<Error" in body.getvalue():
            raise error_of(RetryLater, "s3.not_archived", where=self.place)
        return response.status == OK

    def listing_page(self, token: str) -> ListingPage:
        """Return one page of the listing (ListObjectsV2).

        Args:
            token: The token of the page, from the page before it; "" for the first.

        Raises:
            RetryLater: The store cannot answer, or does not answer with a listing.
            FixTheHub: The store denies access, or has no such bucket.
        """
        query = {"list-type": "2", "delimiter": "/", "encoding-type": "url", "prefix": self.prefix}
        if token:
            query["continuation-token"] = token
        text = "&".join(f"{name}={quote(query[name], safe=QUERY)}" for name in sorted(query))
        body = io.BytesIO()
        self.web.request(f"{self.bucket}?{text}", Download(body, LISTING, self.place))
        listed = self.parser.listing(body.getvalue())
        if listed is None:
            raise error_of(RetryLater, "s3.no_listing", where=self.place)
        return listed

    def _url(self, key: str) -> str:
        if any(part in (".", "..") for part in key.split("/")):
            raise error_of(FixTheHub, "s3.bad_key", where=f"{filenames.label(key)} at {self.place}")
        return f"{self.bucket}/{quote(key, safe=PATH, errors='surrogateescape')}"
