"""AWS Signature Version 4, which authenticates requests at S3-compatible stores; the secret itself is not sent."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from hub import clock

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from connectors.connection import Connection

NO_BODY = hashlib.sha256(b"").hexdigest()


class Signer:
    """Signs requests without a body.

    Args:
        connection: The access key is its login, the secret key its password; `aws_session_token` may be in its extra.
        region: The region of the bucket.
    """

    def __init__(self, connection: Connection, region: str) -> None:
        self.connection, self.region = connection, region

    def __call__(
        self, method: str, url: str, headers: Mapping[str, str], now: datetime | None = None
    ) -> dict[str, str]:
        """Return the headers that sign a request ("Authenticating Requests" in the Amazon S3 API Reference).

        Args:
            method: The HTTP method.
            url: Percent-encoded as RFC 3986 has it, with the parameters of the query sorted by name.
            headers: The headers of the request; those that begin with `x-amz-` are signed.
            now: The time of the signature; the present unless given.
        """
        moment = now or clock.now()
        stamp, parts = f"{moment:%Y%m%dT%H%M%SZ}", urlsplit(url)
        signed = {"host": parts.netloc, "x-amz-content-sha256": NO_BODY, "x-amz-date": stamp}
        if token := self.connection.option("aws_session_token"):
            signed["x-amz-security-token"] = token
        canonical_headers = {
            **signed,
            **{name.lower(): value for name, value in headers.items() if name.lower().startswith("x-amz-")},
        }
        names = ";".join(sorted(canonical_headers))
        lines = "".join(f"{name}:{canonical_headers[name].strip()}\n" for name in sorted(canonical_headers))
        canonical = f"{method}\n{parts.path}\n{parts.query}\n{lines}\n{names}\n{NO_BODY}"
        scope = f"{stamp[:8]}/{self.region}/s3/aws4_request"
        hashed = hashlib.sha256(canonical.encode()).hexdigest()
        text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashed}"
        signature = hmac.new(self._key(stamp[:8]), text.encode(), hashlib.sha256).hexdigest()
        credential = f"Credential={self.connection.login}/{scope}, SignedHeaders={names}, Signature={signature}"
        return {**signed, "Authorization": f"AWS4-HMAC-SHA256 {credential}"}

    def _key(self, day: str) -> bytes:
        key = b"AWS4" + self.connection.password.encode()
        for part in (day, self.region, "s3", "aws4_request"):
            key = hmac.digest(key, part.encode(), hashlib.sha256)
        return key
