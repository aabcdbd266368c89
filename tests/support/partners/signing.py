"""Partners at whose servers each file has a signed manifest beside it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from tests.support.partners.base import about, manifest
from tests.support.partners.s3 import S3Partner
from tests.support.partners.sftp import SftpPartner
from tests.support.small_source import fires

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = "2026a"


class _Signing:
    """A server of files that lie beside their manifests."""

    signature = "required"
    file: Callable[..., object]

    def put(self, *rows: str) -> None:
        """Write the rows into a file with a manifest."""
        self.submit({f"fires-{time.monotonic_ns()}.csv": fires(*rows)})

    def submit(self, came: dict[str, bytes], key: str | None = KEY, **said: Any) -> None:
        """Write files, then the manifest that names them."""
        for name, content in submission(came, key, said).items():
            self.file(name, content)


class SigningSftpPartner(_Signing, SftpPartner):
    """Its files lie beside their manifests."""


class SigningS3Partner(_Signing, S3Partner):
    """Its objects lie beside their manifests."""


def submission(came: dict[str, bytes], key: str | None, said: dict[str, Any]) -> dict[str, bytes]:
    """Return files with their manifest, which is the last."""
    operation = said.pop("operation", "new")
    if came:
        said = {"files": [about(name, content) for name, content in came.items()], **said}
    return {**came, f"{next(iter(came), operation)}.manifest.json": manifest(operation, key, **said)}
