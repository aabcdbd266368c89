"""Asking one web server: in time, with a bound on what it may send, and never another host than the agreed one.

A redirect or a link that leads elsewhere is refused, so a server can neither make the hub ask its neighbours nor send
the hub's secret to somebody else.  Certificates are verified; a secret does not travel without TLS.  Nothing of the
hub's own account is used (no proxy variables, no .netrc, no cookies of before).
"""

from __future__ import annotations

import asyncio
import email.utils
import ipaddress
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import httpx

from connectors.base import Deadline
from connectors.http.decompress import unpacked
from connectors.retry import Wait, with_retries
from hub import clock
from hub.errors import FixTheHub, HubError, RetryLater

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from connectors.base import Limits
    from connectors.connection import Connection
    from connectors.download import Download

OK, NOTHING, UNCHANGED = 200, 204, 304
REDIRECTS, MOST_REDIRECTS = (301, 302, 303, 307, 308), 5
NOT_LET_IN = (401, 403, 407)
LATER = (408, 421, 423, 425, 429)
SERVER_FAULT = 500
YOUNG = 60.0  # seconds: a page may change twice within one, and clocks differ


@dataclass(frozen=True)
class Answer:
    """What a server said, without the body, which was written where the caller wished."""

    status: int
    headers: httpx.Headers = field(default_factory=httpx.Headers)
    links: Mapping[str, Any] = field(default_factory=dict)

    @property
    def validators(self) -> dict[str, str]:
        """The headers with which to ask whether it has changed; none when it has changed just now.

        Its time names a second, and the tag of many a server is made of that and the size (RFC 9110, 8.8.2.2).
        """
        then, now = (_moment(self.headers.get(name, "")) for name in ("last-modified", "date"))
        if then and now - then < YOUNG:
            return {}
        pairs = [("If-None-Match", "etag"), *([("If-Modified-Since", "last-modified")] if then else [])]
        return {ask: self.headers[told] for ask, told in pairs if self.headers.get(told)}


class HttpClient:
    """A client of one host.  `sign` gives further headers for each request, from its method, address and headers."""

    sign: Callable[[str, str, Mapping[str, str]], dict[str, str]] | None = None

    def __init__(self, base: str, who: Connection, limits: Limits, secret_headers: Mapping[str, str]) -> None:
        self.base, self.who, self.limits = base, who, limits
        self.origin = origin(base)
        self.deadline = Deadline(limits, self.place())
        if secret_headers and not base.startswith("https://") and not _is_here(self.origin[1]):
            raise FixTheHub(
                "A secret is not sent without encryption.",
                where=self.place(),
                next_step="Let the connection use https.",
            )
        self.runner = asyncio.Runner()
        self.runner.get_loop().set_exception_handler(lambda _loop, _context: None)  # `get` tells what matters
        self.client = httpx.AsyncClient(
            headers={"Accept-Encoding": "identity", "User-Agent": "riskhub", **secret_headers},
            timeout=httpx.Timeout(limits.idle, connect=limits.connect),
            verify=_trust(who),
            trust_env=False,
            follow_redirects=False,
        )

    def place(self, url: str = "") -> str:
        """Return an address as errors name it: without its query, which may hold anything."""
        parts = urlsplit(url or self.base)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path} (connection {self.who.id})"[:300]

    def ask(  # noqa: PLR0913 - what is asked for, how, and which answers will do
        self,
        url: str,
        sink: Download | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        method: str = "GET",
        fine: tuple[int, ...] = (),
        accepted: tuple[int, ...] = (),
    ) -> Answer:
        """Ask for an address and give its body, piece by piece, to `sink`; a fault of the moment is tried again.

        Raises RetryLater and FixTheHub; 304 is an answer, and so are the statuses in `fine`, whose bodies are left, and
        those in `accepted`, whose bodies are taken.
        """
        for attempt in with_retries(self.deadline):
            with attempt:
                if sink:
                    sink.restart()
                answer = self._run(self._followed((method, url, dict(headers or {}), fine, accepted), sink), url)
        return answer

    def close(self) -> None:
        """Close the connections."""
        with self.runner:
            self.runner.run(self.client.aclose())

    def same_host(self, url: str, there: str) -> str:
        """Return the address that `there` means, seen from `url`; raise FixTheHub when it is at another host."""
        try:
            whole = urljoin(url, there)
            foreign = origin(whole) != self.origin
        except ValueError:
            whole, foreign = "", True
        if foreign:
            raise FixTheHub(
                "The server sends the hub to another host.",
                where=self.place(url),
                why=f"The hub asks {self.origin[1]} only; the address that was given is not there.",
                next_step="If the partner has moved, correct the host of the connection in Airflow.",
            )
        return whole

    def _run(self, action: Any, url: str) -> Answer:
        try:
            seconds = self.deadline.left()
        except HubError:
            action.close()
            raise
        try:
            answer: Answer = self.runner.run(_in_time(action, seconds))
        except HubError:
            raise
        except Exception as fault:  # noqa: BLE001 - whatever it is, it is told in our words
            raise self._told(fault, url) from None
        return answer

    async def _followed(
        self, asked: tuple[str, str, dict[str, str], tuple[int, ...], tuple[int, ...]], sink: Download | None
    ) -> Answer:
        method, url, headers, fine, accepted = asked
        for _ in range(MOST_REDIRECTS + 1):
            signed = self.sign(method, url, headers) if self.sign else {}
            request = self.client.build_request(method, url, headers={**headers, **signed})
            response = await self.client.send(request, stream=True)
            try:
                if response.status_code in REDIRECTS:
                    url = self.same_host(url, response.headers.get("location", ""))
                    continue
                if response.status_code not in fine:
                    if response.status_code not in accepted:
                        self._judge(response, url)
                    async for piece in unpacked(response, self.place(url)):
                        if sink:
                            sink.write(piece)
                return Answer(response.status_code, response.headers, _links(response))
            finally:
                await response.aclose()
        raise FixTheHub("The server sends the hub round in circles.", where=self.place(url))

    def _judge(self, response: httpx.Response, url: str) -> None:
        """Raise what a status means that is no success."""
        status = response.status_code
        if status in (OK, NOTHING, UNCHANGED):
            return
        why, where = f"HTTP status {status}", self.place(url)
        if status in NOT_LET_IN:
            raise FixTheHub(
                "The server does not let the hub in.",
                where=where,
                why=why,
                next_step="Correct the secret of the connection in Airflow, or ask the partner for the right.",
            )
        if status in LATER or status >= SERVER_FAULT:
            wait = Wait("The server cannot answer now.", where=where, why=why, next_step="It is tried again by itself.")
            wait.seconds = _retry_after(response.headers.get("retry-after", ""))
            raise wait
        raise FixTheHub(
            "The server does not know this address.",
            where=where,
            why=why,
            next_step="Correct `connector:` of the mapping, or ask the partner what has become of it. "
            f"If the server means that it has no records, write `connector.empty: {{status: {status}}}`.",
        )

    def _told(self, fault: Exception, url: str) -> HubError:
        if _has_cause(fault, ssl.SSLCertVerificationError):
            return FixTheHub(
                "The certificate of the server cannot be verified.",
                where=self.place(url),
                why="It is not signed by anybody that is known here, has expired, or is of another host.",
                next_step="If the partner has an authority of its own, name its file in `ca_file` of the extra.",
            )
        if isinstance(fault, httpx.InvalidURL | httpx.UnsupportedProtocol | httpx.LocalProtocolError | ValueError):
            return FixTheHub("The address cannot be asked for.", where=self.place(url), why=type(fault).__name__)
        return RetryLater(
            "The server does not answer.",
            where=self.place(url),
            why=type(fault).__name__,
            next_step="It is tried again by itself.",
        )


def origin(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port of an address."""
    parts = urlsplit(url)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)


def base_of(who: Connection) -> str:
    """Return the address of a connection's host, as Airflow's own HTTP connections mean it; https by default."""
    scheme, separator, host = who.host.partition("://")
    if not separator:
        scheme, host = who.schema or "https", who.host
    odd = any(char in host for char in "/?#@\\ ") or (":" in host and not _is_address(host))
    if scheme not in ("https", "http") or not host or odd:
        raise FixTheHub(
            "The connection does not name a web server.",
            where=f"connection {who.id}",
            next_step="Give it a host, a port if it is not the usual one, and https (or http) as its schema.",
        )
    bracketed = f"[{host}]" if ":" in host else host
    return f"{scheme}://{bracketed}" + (f":{who.port}" if who.port else "")


def _links(response: httpx.Response) -> dict[str, Any]:
    return {str(name): dict(link) for name, link in response.links.items()}


async def _in_time(action: Any, seconds: float) -> Answer:
    answer: Answer = await asyncio.wait_for(action, seconds)
    return answer


def _trust(who: Connection) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=who.option("ca_file") or None)
    except OSError as fault:
        raise FixTheHub(
            "The certificate file of the connection cannot be read.",
            where=f"connection {who.id}",
            why=type(fault).__name__,
            next_step="Correct `ca_file` in its extra.",
        ) from None


def _is_here(host: str) -> bool:
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
    """Return the seconds that a server asks for, in either of its two forms; 0 when it says nothing sensible."""
    if text.strip().isdecimal() and len(text) < 10:  # noqa: PLR2004 - more is no time to wait
        return float(text)
    return max(0.0, _moment(text) - clock.seconds())


def _moment(text: str) -> float:
    """Return the time that a header tells, in seconds; 0 when it tells none."""
    try:
        return email.utils.parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError):
        return 0.0
