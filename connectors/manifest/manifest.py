"""A manifest as data, checked against `connectors/manifest/manifest.schema.json` before it is used."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Required, TypedDict, cast

import jsonschema
import rfc8785

from connectors import filenames
from connectors.delivery_names import is_dot_name, is_manifest
from connectors.manifest.errors import Unfit, faults_of, first_of, short
from connectors.manifest.period import Period, period_of
from connectors.manifest.strict_json import NotStrict, loads
from hub.errors import RejectBatch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SCHEMA = Path(__file__).with_name("manifest.schema.json")
MEANT_BY = {"new": {"files"}, "correct": {"files"}, "withdraw": {"files", "keys", "withdraws"}, "zero": set[str]()}


class FileMember(TypedDict, total=False):
    """One of `files` of a manifest."""

    name: Required[str]
    sha256: Required[str]
    bytes: int
    rows: int


class SignatureMember(TypedDict, total=False):
    """`signature` of a manifest."""

    algorithm: Required[str]
    key: Required[str]  # the name under which the hub knows the public key
    value: str  # base64; the one member that is not signed


class ManifestContent(TypedDict, total=False):
    """A manifest as JSON, valid against `manifest.schema.json`."""

    riskhub_manifest: int
    source: Required[str]
    operation: Required[str]  # new, correct, withdraw, zero
    files: list[FileMember]
    sequence: int
    period: str
    corrects: str | int
    withdraws: str | int
    keys: list[list[str]]
    reason: str
    sender: str
    sent_at: str  # RFC 3339
    signature: SignatureMember


@dataclass(frozen=True)
class File:
    """One file that a manifest names; what the manifest does not declare is None."""

    name: str
    sha256: str
    bytes: int | None = None
    rows: int | None = None


@dataclass(frozen=True)
class Manifest:
    """What a sender declares about a submission.  `data` is the whole manifest, as it was signed."""

    data: ManifestContent = field(repr=False)
    source: str
    operation: str  # new, correct, withdraw, zero
    files: tuple[File, ...] = ()
    sequence: int | None = None
    period: Period | None = None
    corrects: str | int | None = None  # batch id or sequence number of an earlier submission
    withdraws: str | int | None = None  # the same; then there are neither files nor keys
    keys: tuple[tuple[str, ...], ...] = ()  # of single records to withdraw
    reason: str | None = None
    sender: str | None = None

    @property
    def signer(self) -> str | None:
        """The name of the key that the signature names; None without a signature."""
        signature = self.data.get("signature")
        return None if signature is None else str(signature["key"])

    @property
    def content(self) -> str:
        """A SHA-256 over operation and contents; names, dates, sender and signature do not change it."""
        meaning = {
            "operation": self.operation,
            "period": self.data.get("period"),
            "corrects": self.corrects,
            "withdraws": self.withdraws,
            "keys": self.data.get("keys"),
            "files": [each.sha256 for each in self.files],
        }
        return hashlib.sha256(rfc8785.dumps(meaning)).hexdigest()


def parse(body: bytes, name: str | None = None) -> Manifest:
    """Return the manifest in a file.

    Args:
        body: The bytes of the file.
        name: Its name, for the findings.

    Raises:
        RejectBatch: It is no valid manifest; the findings MANIFEST_INVALID say why.
    """
    try:
        data = loads(body)
        faults = faults_of(_validator().iter_errors(data)) or list(_problems(cast("ManifestContent", data)))
        if not faults:
            return _manifest(cast("ManifestContent", data))
    except Unfit as fault:
        faults = [fault]
    raise RejectBatch(*(each.finding(name) for each in first_of(faults)))


def prose(data: ManifestContent) -> bytes:
    """Return a manifest as indented JSON; order and white space are not part of what is signed."""
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def named_files(body: bytes) -> list[str]:
    """Return the plain names under `files`, also of a manifest that is invalid otherwise; none when it is no JSON."""
    try:
        data = loads(body)
    except NotStrict:
        return []
    files = data.get("files") if isinstance(data, dict) else None
    found = [each.get("name") for each in files if isinstance(each, dict)] if isinstance(files, list) else []
    return [name for name in found if isinstance(name, str) and plain(name)]


def plain(name: str) -> bool:
    """Whether a name can be that of a file beside its manifest: no path, not hidden, safe, and no manifest itself.

    >>> plain("fires.csv"), plain("../fires.csv"), plain("a.manifest.json")
    (True, False, False)
    """
    dot_name = is_dot_name(name) or is_manifest(name)
    return bool(name) and not dot_name and not filenames.is_unsafe(name) and len(name.encode()) <= filenames.LONGEST


@cache
def _validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))


def _manifest(data: ManifestContent) -> Manifest:
    files = tuple(
        File(each["name"], each["sha256"], each.get("bytes"), each.get("rows")) for each in data.get("files", ())
    )
    return Manifest(
        source=data["source"],
        operation=data["operation"],
        files=files,
        sequence=data.get("sequence"),
        period=period_of(data["period"]) if "period" in data else None,
        corrects=data.get("corrects"),
        withdraws=data.get("withdraws"),
        keys=tuple(tuple(key) for key in data.get("keys", ())),
        reason=data.get("reason"),
        sender=data.get("sender"),
        data=data,
    )


def _problems(data: ManifestContent) -> Iterator[Unfit]:
    """Yield the faults that a schema cannot express."""
    yield from _problems_of_files(data.get("files", ()))
    operation, allowed = data["operation"], MEANT_BY[data["operation"]]
    given = {name for name in ("files", "keys", "withdraws") if data.get(name)}
    if given - allowed:
        yield Unfit("goes_without", "operation", operation, ", ".join(sorted(given - allowed)))
    if operation != "zero" and len(given) != 1:
        yield Unfit("needs_one", "operation", operation, ", ".join(sorted(allowed)))
    if (operation == "correct") != ("corrects" in data):
        yield Unfit("corrects", "operation", operation)
    if operation == "zero" and "period" not in data:
        yield Unfit("zero_period", "operation", operation)
    if "period" in data:
        try:
            period_of(data["period"])
        except Unfit as fault:
            yield fault


def _problems_of_files(files: Sequence[FileMember]) -> Iterator[Unfit]:
    for at, each in enumerate(files):
        if not plain(each["name"]):
            yield Unfit("not_plain", f"files.{at}.name", each["name"])
    by_name: dict[str, str] = {}
    by_content: dict[str, str] = {}
    for at, each in enumerate(files):
        for kind, seen, same in (
            ("same_name", by_name, filenames.comparison_key(each["name"])),
            ("same_content", by_content, each["sha256"]),
        ):
            if same in seen:
                yield Unfit(kind, f"files.{at}", each["name"], short(seen[same]))
            seen.setdefault(same, each["name"])
