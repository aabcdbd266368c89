"""Requests to one web server: with a deadline, with a bound on the bytes, and to no other host than the agreed one.

A redirect or a link to another host is refused, so a server can neither make the hub send requests within its own
network nor have the hub's secret sent elsewhere.  Certificates are verified, and a secret is not sent without TLS.
Nothing of the hub's own account is used: no proxy variables, no .netrc, no cookies.
"""

from __future__ import annotations

import email.utils
import ipaddress
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urljoin, urlsplit

import httpx

from connectors.base import Deadline
from connectors.http.decompress import decompressed
from connectors.retry import DeadlineRunner, Wait, with_retries
from hub import clock
from hub.errors import FixTheHub, HubError, RetryLater
from hub.messages import error_of, sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from connectors.base import Limits
    from connectors.connection import Connection
    from connectors.download import Download

OK, NO_CONTENT, NOT_MODIFIED = 200, 204, 304
REDIRECTS, MOST_REDIRECTS = (301, 302, 303, 307, 308), 5
DENIED = (401, 403, 407)
LATER = (408, 421, 423, 425, 429)
SERVER_FAULT = 500
YOUNG = 60.0  # seconds: a page may change twice within one, and clocks differ


@dataclass(frozen=True)
class Response:
    """A response without its body, which went to the target of the request.

    Attributes:
        status: The HTTP status.
        headers: The headers; their names are compared without case.
        links: The header `Link` by relation, each with its `url` and other parameters.
    """

    status: int
    headers: httpx.Headers = field(default_factory=httpx.Headers)
    links: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def validators(self) -> dict[str, str]:
        """The headers of a conditional request for the same page; none when it changed within the last minute.

        `Last-Modified` has a resolution of one second, and many a server makes its ETag of that time and the size, so
        a young page may change without either changing (RFC 9110, 8.8.2.2).
        """
        changed, now = (_timestamp(self.headers.get(name, "")) for name in ("last-modified", "date"))
        if changed and now - changed < YOUNG:
            return {}
        pairs = [("If-None-Match", "etag"), *([("If-Modified-Since", "last-modified")] if changed else [])]
        return {name: self.headers[source] for name, source in pairs if self.headers.get(source)}


@dataclass(frozen=True)
class _Request:
    method: str
    url: str
    headers: dict[str, str]
    skip_body: tuple[int, ...]
    accepted: tuple[int, ...]


class HttpClient:
    """A client of one host.

    Args:
        base: Scheme, host and port, and perhaps the beginning of a path.
        connection: Named in errors; its extra may hold `ca_file`, the certificates to trust.
        limits: Times, attempts and bytes.
        secret_headers: Headers of every request that let the hub in.

    Attributes:
        sign: Gives further headers for each request, from its method, address and headers.

    Raises:
        FixTheHub: There are secret headers, and the server is neither reached by https nor this machine; or `ca_file`
            cannot be read.
    """

    sign: Callable[[str, str, Mapping[str, str]], dict[str, str]] | None = None

    def __init__(self, base: str, connection: Connection, limits: Limits, secret_headers: Mapping[str, str]) -> None:
        self.base, self.connection, self.limits = base, connection, limits
        self.origin = origin(base)
        self.deadline = Deadline(limits, self.place())
        if secret_headers and not base.startswith("https://") and not _is_loopback(self.origin.host):
            raise error_of(FixTheHub, "connection.secret_in_clear", where=self.place())
        self.runner = DeadlineRunner(self.deadline)
        self.client = httpx.AsyncClient(
            headers={"Accept-Encoding": "identity", "User-Agent": "riskhub", **secret_headers},
            timeout=httpx.Timeout(limits.idle, connect=limits.connect),
            verify=_ssl_context(connection),
            trust_env=False,
            follow_redirects=False,
        )

    def place(self, url: str = "") -> str:
        """Return an address as errors name it, `base` unless given: without its query, which may hold a secret."""
        parts = urlsplit(url or self.base)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path} (connection {self.connection.id})"[:300]

    def request(  # noqa: PLR0913 - the request, and which responses are accepted
        self,
        url: str,
        target: Download | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        method: str = "GET",
        skip_body: tuple[int, ...] = (),
        accepted: tuple[int, ...] = (),
    ) -> Response:
        """Send a request and write the body of the response to `target`; temporary faults are retried.

        Args:
            url: An address at this host.
            target: Where the body goes, piece by piece; emptied before each attempt.  None drops the body.
            headers: Further headers of this request.
            method: The HTTP method.
            skip_body: Statuses that are no error and whose bodies are dropped.
            accepted: Statuses that are no error and whose bodies are written, besides 200, 204 and 304.

        Raises:
            RetryLater: The server cannot be reached or answers 408, 421, 423, 425, 429 or 5xx, also after the last
                attempt; or the deadline is over.
            FixTheHub: Any other status, another host, a certificate that cannot be verified, an unknown content
                encoding, or more bytes than `target` takes.
        """
        for attempt in with_retries(self.deadline):
            with attempt:
                if target:
                    target.restart()
                response = self._run(
                    self._perform(_Request(method, url, dict(headers or {}), skip_body, accepted), target), url
                )
        return response

    def close(self) -> None:
        """Close the connections."""
        with self.runner.runner as runner:
            runner.run(self.client.aclose())

    def same_host(self, url: str, target: str) -> str:
        """Return the absolute address of `target`, which may be relative to `url`.

        Raises:
            FixTheHub: It is at another scheme, host or port, or it is no address.
        """
        try:
            absolute = urljoin(url, target)
            foreign = origin(absolute) != self.origin
        except ValueError:
            absolute, foreign = "", True
        if foreign:
            raise error_of(FixTheHub, "server.other_host", where=self.place(url), host=self.origin.host)
        return absolute

    def _run(self, action: Coroutine[Any, Any, Response], url: str) -> Response:
        try:
            return self.runner.run(action)
        except HubError:
            raise
        except Exception as fault:  # noqa: BLE001 - every fault of the libraries becomes one of the hub's
            raise self._map_error(fault, url) from None

    async def _perform(self, wanted: _Request, target: Download | None) -> Response:
        """Send one request and follow its redirects within the host."""
        url = wanted.url
        for _ in range(MOST_REDIRECTS + 1):
            signed = self.sign(wanted.method, url, wanted.headers) if self.sign else {}
            request = self.client.build_request(wanted.method, url, headers={**wanted.headers, **signed})
            response = await self.client.send(request, stream=True)
            try:
                if response.status_code in REDIRECTS:
                    url = self.same_host(url, response.headers.get("location", ""))
                    continue
                if response.status_code not in wanted.skip_body:
                    if response.status_code not in wanted.accepted:
                        self._raise_for_status(response, url)
                    async for piece in decompressed(response, self.place(url)):
                        if target:
                            target.write(piece)
                return Response(response.status_code, response.headers, _links(response))
            finally:
                await response.aclose()
        raise error_of(FixTheHub, "server.circles", where=self.place(url))

    def _raise_for_status(self, response: httpx.Response, url: str) -> None:
        """Raise the error of a status that is none of success."""
        status = response.status_code
        if status in (OK, NO_CONTENT, NOT_MODIFIED):
            return
        why, where = sentence("server.status", status=status), self.place(url)
        if status in DENIED:
            raise error_of(FixTheHub, "server.denied", where=where, why=why)
        if status in LATER or status >= SERVER_FAULT:
            wait = error_of(Wait, "server.busy", where=where, why=why)
            wait.seconds = _retry_after(response.headers.get("retry-after", ""))
            raise wait
        raise error_of(FixTheHub, "server.no_address", where=where, why=why, status=status)

    def _map_error(self, fault: Exception, url: str) -> HubError:
        """Return the hub's error for a fault of the libraries."""
        if _has_cause(fault, ssl.SSLCertVerificationError):
            return error_of(FixTheHub, "server.bad_certificate", where=self.place(url))
        if isinstance(fault, httpx.InvalidURL | httpx.UnsupportedProtocol | httpx.LocalProtocolError | ValueError):
            return error_of(FixTheHub, "server.bad_address", where=self.place(url), why=type(fault).__name__)
        return error_of(RetryLater, "server.no_answer", where=self.place(url), why=type(fault).__name__)


class Origin(NamedTuple):
    """Where an address is."""

    scheme: str
    host: str  # in lower case
    port: int  # the usual one of the scheme unless the address has another; 0 for none


def origin(url: str) -> Origin:
    """Return scheme, host and port of an address.

    >>> origin("https://Example.org/v1")
    Origin(scheme='https', host='example.org', port=443)
    """
    parts = urlsplit(url)
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
    return Origin(parts.scheme, (parts.hostname or "").lower(), port)


def base_url(connection: Connection) -> str:
    """Return scheme, host and port of a connection, read as Airflow's HTTP hook reads it; https by default.

    Raises:
        FixTheHub: The connection names no web server.
    """
    scheme, separator, host = connection.host.partition("://")
    if not separator:
        scheme, host = connection.schema or "https", connection.host
    odd = any(char in host for char in "/?#@\\ ") or (":" in host and not _is_address(host))
    if scheme not in ("https", "http") or not host or odd:
        raise error_of(FixTheHub, "connection.no_web_server", where=f"connection {connection.id}")
    bracketed = f"[{host}]" if ":" in host else host
    return f"{scheme}://{bracketed}" + (f":{connection.port}" if connection.port else "")


def _links(response: httpx.Response) -> dict[str, dict[str, str]]:
    return {str(name): {str(key): value for key, value in link.items()} for name, link in response.links.items()}


def _ssl_context(connection: Connection) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=connection.option("ca_file") or None)
    except OSError as fault:
        raise error_of(
            FixTheHub, "connection.no_ca_file", where=f"connection {connection.id}", why=type(fault).__name__
        ) from None


def _is_loopback(host: str) -> bool:
    return ipaddress.ip_address(host).is_loopback if _is_address(host) else host == "localhost"


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _has_cause(fault: BaseException | None, kind: type[BaseException]) -> bool:
    while fault is not None:
        if isinstance(fault, kind):
            return True
        fault = fault.__cause__ or fault.__context__
    return False


def _retry_after(text: str) -> float:
    """Return the seconds that `Retry-After` names, as a number or a date (RFC 9110, 10.2.3); 0 for anything else."""
    if text.strip().isdecimal() and len(text) < 10:  # noqa: PLR2004 - more is no time to wait
        return float(text)
    return max(0.0, _timestamp(text) - clock.seconds())


def _timestamp(text: str) -> float:
    """Return the date of a header in seconds since 1970; 0 when it is none."""
    try:
        return email.utils.parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError):
        return 0.0
