"""A partner who writes manifests: files first, the manifest last, as `docs/sending.md` asks."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from connectors.manifest import prose, signed
from hub.settings import settings
from pipeline.steps.runner import run
from tests.support.exchange import batches, drop
from tests.support.small_source import SMALL

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.small_source import SmallSource

SECRET = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def about(name: str, content: bytes, **more: Any) -> dict[str, Any]:
    """Return what a manifest says about a file."""
    return {"name": name, "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content), **more}


def manifest(operation: str = "new", key: str | None = None, **said: Any) -> bytes:
    """Return a manifest of the small source, signed with the key of this name if there is one."""
    data = {"riskhub_manifest": 1, "source": SMALL, "operation": operation, **said}
    return prose(signed(data, SECRET, key) if key else data)


def lay(came: dict[str, bytes], operation: str = "new", key: str | None = None, **said: Any) -> None:
    """Drop files and their manifest; `said` are its further members."""
    for name, content in came.items():
        drop(SMALL, name, content)
    if came:
        said = {"files": [about(name, content) for name, content in came.items()], **said}
    drop(SMALL, f"{next(iter(came), operation)}.manifest.json", manifest(operation, key, **said))


def send(came: dict[str, bytes], operation: str = "new", key: str | None = None, **said: Any) -> list[dict[str, Any]]:
    """Lay it, run the hub, and return the ledger's lines of what came of it, in the order of the files."""
    before = {row["batch"] for row in batches(SMALL)}
    lay(came, operation, key, **said)
    run(SMALL)
    return [row for row in reversed(batches(SMALL)) if row["batch"] not in before]


def inbox() -> Path:
    """Return the folder of the small source that takes deliveries."""
    return settings().exchange / SMALL / "in"


def own(source: str, part: str = "in") -> Path:
    """Return the hub's own folder for what it takes out of a folder of a source."""
    return settings().exchange / ".hub" / source / part


def settle() -> None:
    """Run the hub until what has to wait for a while has waited."""
    looks = own(SMALL) / "looks.json"
    run(SMALL)
    looks.write_text(re.sub(r"\], [0-9.]+\]", "], 0]", looks.read_text()))
    run(SMALL)


def register_key(small: SmallSource, name: str = "2026a", times: str = "valid_from: 2020-01-01") -> None:
    """Give the hub the partner's public key under a name; keys that it has already stay."""
    folder = small.folder.parent
    (folder / "keys").mkdir(exist_ok=True)
    pem = SECRET.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    (folder / "keys" / f"{name}.pem").write_bytes(pem)
    agency = folder / "agency.yml"
    text = agency.read_text("utf-8")
    agency.write_text(f"{text if 'keys:' in text else text + 'keys:' + chr(10)}  {name}: {{{times}}}\n", "utf-8")
