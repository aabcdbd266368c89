"""Signature version 4, by which S3-compatible stores know who asks; the secret itself does not travel."""

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
    """Signs requests without a body; addresses must be percent-encoded as RFC 3986 wants it, their query sorted."""

    def __init__(self, who: Connection, region: str) -> None:
        self.who, self.region = who, region

    def __call__(
        self, method: str, url: str, headers: Mapping[str, str], now: datetime | None = None
    ) -> dict[str, str]:
        """Return the headers that sign a request."""
        moment = now or clock.now()
        stamp, parts = f"{moment:%Y%m%dT%H%M%SZ}", urlsplit(url)
        signed = {"host": parts.netloc, "x-amz-content-sha256": NO_BODY, "x-amz-date": stamp}
        if token := self.who.option("aws_session_token"):
            signed["x-amz-security-token"] = token
        told = {
            **signed,
            **{name.lower(): value for name, value in headers.items() if name.lower().startswith("x-amz-")},
        }
        names = ";".join(sorted(told))
        lines = "".join(f"{name}:{told[name].strip()}\n" for name in sorted(told))
        canonical = f"{method}\n{parts.path}\n{parts.query}\n{lines}\n{names}\n{NO_BODY}"
        scope = f"{stamp[:8]}/{self.region}/s3/aws4_request"
        hashed = hashlib.sha256(canonical.encode()).hexdigest()
        text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashed}"
        signature = hmac.new(self._key(stamp[:8]), text.encode(), hashlib.sha256).hexdigest()
        credential = f"Credential={self.who.login}/{scope}, SignedHeaders={names}, Signature={signature}"
        return {**signed, "Authorization": f"AWS4-HMAC-SHA256 {credential}"}

    def _key(self, day: str) -> bytes:
        key = b"AWS4" + self.who.password.encode()
        for part in (day, self.region, "s3", "aws4_request"):
            key = hmac.digest(key, part.encode(), hashlib.sha256)
        return key
