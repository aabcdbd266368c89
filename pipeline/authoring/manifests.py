"""What a sender needs: make a manifest, sign it, verify it.  No hub: a partner runs it where its data are."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connectors.delivery_names import MANIFEST
from connectors.manifest import Key, parse, prose, signature_fault, signed
from connectors.manifest.ed25519 import new_pair, private_key
from connectors.sandbox.reader import read
from hub.durable import OWNER_ONLY, make_folder, new_file, sync_folder, write_durable
from hub.errors import RejectBatch, WrongUsage
from hub.finding import Finding
from hub.settings import settings
from pipeline.sources import format_of, source_named
from validation.catalogue import render

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime


def make(files: Sequence[Path], declared: Mapping[str, Any], *, count: bool = True) -> tuple[Path, dict[str, Any]]:
    """Write the manifest of `files` beside the first of them and return where, and what stands in it.

    `declared` are its other members; None is left out.  Rows are counted with the mapping of the source where it is
    known.  Raises WrongUsage for a manifest that the hub would refuse.
    """
    missing = [str(file) for file in files if not file.is_file()]
    if missing:
        raise WrongUsage(f"There is no file {missing[0]}.", next_step="Name files that exist.")
    if len({file.resolve().parent for file in files}) > 1:
        raise WrongUsage("The files lie in different folders.", next_step="Put them into one folder.")
    given = {name: value for name, value in declared.items() if value not in (None, [], ())}
    data: dict[str, Any] = {"riskhub_manifest": 1, **given}
    if files:
        data["files"] = [_about(file, str(data.get("source")), count=count) for file in files]
    try:
        parse(prose(data))
    except RejectBatch as fault:
        raise WrongUsage("The hub would refuse this manifest.", why=_why(fault)) from None
    return _place(files, data), data


def _why(fault: RejectBatch) -> str:
    language = settings().language
    messages = (render(each.code, language, **vars(each)).message for each in fault.findings)
    return "\n".join(messages)


def _place(files: Sequence[Path], data: dict[str, Any]) -> Path:
    if files:
        return files[0].with_name(files[0].name + MANIFEST)
    label = data.get("period") or data.get("sequence") or data.get("withdraws") or "keys"
    return Path(f"{data['operation']}-{str(label).replace('/', '_')}{MANIFEST}")


def _about(file: Path, source: str, *, count: bool) -> dict[str, Any]:
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    about = {"name": file.name, "sha256": digest, "bytes": file.stat().st_size}
    rows = _rows(file, source) if count else None
    return about if rows is None else {**about, "rows": rows}


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
        raise WrongUsage(
            f"{file.name} cannot be read as {source} agreed.",
            why=", ".join(finding.code for finding in fault.findings),
            next_step=f"`riskhub check {file.name} --source {source}` says more.",
        ) from None


def sign(path: Path, key_file: Path, name: str | None, password: bytes | None = None) -> dict[str, Any]:
    """Sign a manifest in its place; the key is called like its file unless `name` says otherwise."""
    body = _body(path)
    try:
        private = private_key(key_file.read_bytes(), password)
    except (OSError, ValueError) as fault:
        raise WrongUsage("The key cannot be used.", where=str(key_file), why=str(fault)) from None
    try:
        data = signed(parse(body).data, private, name or key_file.name.split(".")[0])
        parse(prose(data))
    except RejectBatch as fault:
        raise WrongUsage("The manifest is not valid.", where=str(path), why=_why(fault)) from None
    write_durable(path, prose(data))
    return data


def verify(path: Path, keys: Mapping[str, Key], now: datetime, *, wanted: bool) -> list[Finding]:
    """Return what the hub would find wrong with a manifest and the files beside it.

    `wanted`: a missing signature is a fault too.
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


def _differences(path: Path, data: dict[str, Any]) -> Iterator[Finding]:
    for each in data.get("files", ()):
        file = path.with_name(each["name"])
        if not file.is_file():
            yield Finding("FILE_MISSING", file=each["name"])
            continue
        about = _about(file, "", count=False)
        if any(about[name] != each.get(name, about[name]) for name in ("sha256", "bytes")):
            yield Finding("HASH_DIFFERS", file=each["name"], value=str(about["sha256"]), expected=each["sha256"])


def _body(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise WrongUsage(f"{path} cannot be read.", why=type(fault).__name__) from None


def keygen(name: str, folder: Path) -> tuple[Path, Path]:
    """Write a new pair of keys, `NAME.key` (only its owner may read it) and `NAME.pem`; never over others."""
    secret_file, public_file = folder / f"{name}.key", folder / f"{name}.pem"
    make_folder(folder)
    try:
        with new_file(secret_file, OWNER_ONLY) as key, new_file(public_file) as other:
            secret, public = new_pair()
            key.write(secret)
            other.write(public)
    except FileExistsError:
        raise WrongUsage(
            f"There is a key called {name} already.", where=str(folder), next_step="Choose another name."
        ) from None
    sync_folder(folder)
    return secret_file, public_file
