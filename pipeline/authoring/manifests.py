"""What a sender needs: make a manifest, sign it, verify it.  No hub: a partner runs it where its data are."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypedDict, cast

from connectors.delivery_names import MANIFEST
from connectors.manifest import Key, parse, prose, signature_fault, signed
from connectors.manifest.ed25519 import new_pair, private_key
from connectors.sandbox.reader import read
from hub.durable import OWNER_ONLY, make_folder, new_file, sync_folder, write_durable
from hub.errors import RejectBatch, WrongUsage
from hub.finding import Finding
from hub.messages import error_of
from hub.settings import settings
from pipeline.sources import format_of, source_named
from validation.catalogue import render

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from connectors.manifest.manifest import FileMember, ManifestContent


class DeclaredMembers(TypedDict, total=False):
    """What a sender declares beside the files; None, and an empty list, are left out."""

    source: str
    operation: str
    sequence: int | None
    period: str | None
    corrects: str | int | None
    withdraws: str | int | None
    keys: list[list[str]]
    reason: str | None
    sender: str | None


class DraftManifest(NamedTuple):
    """A manifest, and where it is to be written."""

    path: Path
    data: ManifestContent


def make(files: Sequence[Path], declared: DeclaredMembers, *, count: bool = True) -> DraftManifest:
    """Return the manifest of files, and its place beside the first of them.

    Args:
        files: The files that it names, all in one folder; none for a zero report or a withdrawal.
        declared: Its other members by name; those that are None or empty are left out.
        count: Count the rows of each file with the mapping of the source, where that is at hand.

    Returns:
        The manifest, which is not written yet, and its path.

    Raises:
        WrongUsage: A file is missing or cannot be read, the files lie in several folders, or the hub would refuse the
            manifest.
    """
    missing = [str(file) for file in files if not file.is_file()]
    if missing:
        raise error_of(WrongUsage, "manifest.no_file", file=missing[0])
    if len({file.resolve().parent for file in files}) > 1:
        raise error_of(WrongUsage, "manifest.several_folders")
    given = {name: value for name, value in declared.items() if value not in (None, [], ())}
    data = cast("ManifestContent", {"riskhub_manifest": 1, **given})
    if files:
        data["files"] = [_about(file, str(data.get("source")), count=count) for file in files]
    try:
        parse(prose(data))
    except RejectBatch as fault:
        raise error_of(WrongUsage, "manifest.would_refuse", why=_why(fault)) from None
    return DraftManifest(_place(files, data), data)


def example(source: str) -> ManifestContent:
    """Return a manifest of an invented file, to show what one looks like."""
    digest = hashlib.sha256(source.encode()).hexdigest()
    about: FileMember = {"name": "2026-05.csv", "sha256": digest, "bytes": 52_480, "rows": 310}
    return {
        "riskhub_manifest": 1,
        "source": source,
        "operation": "new",
        "sequence": 17,
        "period": "2026-05",
        "files": [about],
    }


def _why(fault: RejectBatch) -> str:
    language = settings().language
    messages = (render(each.code, language, **vars(each)).message for each in fault.findings)
    return "\n".join(messages)


def _place(files: Sequence[Path], data: ManifestContent) -> Path:
    if files:
        return files[0].with_name(files[0].name + MANIFEST)
    label = data.get("period") or data.get("sequence") or data.get("withdraws") or "keys"
    return Path(f"{data['operation']}-{str(label).replace('/', '_')}{MANIFEST}")


def _about(file: Path, source: str, *, count: bool) -> FileMember:
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    about: FileMember = {"name": file.name, "sha256": digest, "bytes": file.stat().st_size}
    rows = _rows(file, source) if count else None
    if rows is not None:
        about["rows"] = rows
    return about


def _rows(file: Path, source: str) -> int | None:
    """Return the rows of a file as the hub will count them; None where the source's mapping is not at hand."""
    try:
        form = format_of(source_named(source))
    except WrongUsage:
        return None
    try:
        with read(file, form) as reading:
            return sum(int(batch.num_rows) for batch in reading)
    except RejectBatch as fault:
        raise error_of(
            WrongUsage,
            "manifest.not_as_agreed",
            why=", ".join(finding.code for finding in fault.findings),
            file=file.name,
            source=source,
        ) from None


def sign(path: Path, key_file: Path, name: str | None, password: bytes | None = None) -> ManifestContent:
    """Sign a manifest in its place.

    Args:
        path: The manifest; a signature that it has is replaced.
        key_file: The private key, PEM.
        name: The name under which the hub knows the key; None: that of its file up to the first point.
        password: The password of the key; None where it has none.

    Returns:
        The content of the signed manifest.

    Raises:
        WrongUsage: The manifest or the key cannot be read, the key is not Ed25519, or the manifest is not valid.
    """
    body = _body(path)
    try:
        private = private_key(key_file.read_bytes(), password)
    except (OSError, ValueError) as fault:
        raise error_of(WrongUsage, "manifest.bad_key", where=str(key_file), why=str(fault)) from None
    try:
        data = signed(parse(body).data, private, name or key_file.name.split(".")[0])
        parse(prose(data))
    except RejectBatch as fault:
        raise error_of(WrongUsage, "manifest.invalid", where=str(path), why=_why(fault)) from None
    write_durable(path, prose(data))
    return data


def verify(path: Path, keys: Mapping[str, Key], now: datetime, *, wanted: bool) -> list[Finding]:
    """Return what the hub would find wrong with a manifest and the files beside it.

    Args:
        path: The manifest.
        keys: The public keys of its agency by name.
        now: When the hub would receive it.
        wanted: A missing signature is a fault too.

    Raises:
        WrongUsage: The manifest cannot be read from the disk.
    """
    try:
        manifest = parse(_body(path), path.name)
    except RejectBatch as fault:
        return list(fault.findings)
    found = list(_differences(path, manifest.data))
    if wanted or manifest.signer:
        fault_of_it = signature_fault(manifest.data, keys, now)
        found += [fault_of_it] if fault_of_it else []
    return found


def _differences(path: Path, data: ManifestContent) -> Iterator[Finding]:
    for each in data.get("files", ()):
        file = path.with_name(each["name"])
        if not file.is_file():
            yield Finding("FILE_MISSING", file=each["name"])
            continue
        about = _about(file, "", count=False)
        if about["sha256"] != each["sha256"] or about["bytes"] != each.get("bytes", about["bytes"]):
            yield Finding("HASH_DIFFERS", file=each["name"], value=about["sha256"], expected=each["sha256"])


def _body(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise error_of(WrongUsage, "cli.unreadable", why=type(fault).__name__, file=path) from None


def keygen(name: str, folder: Path) -> tuple[Path, Path]:
    """Write a new pair of keys: `NAME.key`, which only its owner may read, and `NAME.pem`.

    Returns:
        The paths of the private and the public key.

    Raises:
        WrongUsage: One of the files is there already; it stays as it is.
    """
    secret_file, public_file = folder / f"{name}.key", folder / f"{name}.pem"
    make_folder(folder)
    try:
        with new_file(secret_file, OWNER_ONLY) as key, new_file(public_file) as other:
            secret, public = new_pair()
            key.write(secret)
            other.write(public)
    except FileExistsError:
        raise error_of(WrongUsage, "manifest.key_exists", where=str(folder), name=name) from None
    sync_folder(folder)
    return secret_file, public_file
