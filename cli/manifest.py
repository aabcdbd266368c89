"""Commands for senders: `manifest make`, `sign`, `verify`, `keygen`.  They need no hub and no network."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.app import group
from cli.screen import FINDINGS, FINE, Json, RequiredSource, out, print_json
from connectors.manifest import Key, prose
from connectors.manifest.ed25519 import public_key
from hub import clock
from hub.durable import write_durable
from hub.errors import WrongUsage
from hub.messages import error_of, sentence
from hub.settings import settings
from pipeline.authoring.manifests import DeclaredMembers
from pipeline.authoring.manifests import keygen as new_keys
from pipeline.authoring.manifests import make as make_manifest
from pipeline.authoring.manifests import sign as sign_manifest
from pipeline.authoring.manifests import verify as verify_manifest
from pipeline.intake.signing_keys import keys_of
from validation.catalogue import render

manifest_app = group("manifest", "Manifests of submissions, and the keys that sign them.")
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")

Files = Annotated[list[Path] | None, typer.Argument(metavar="[FILE]...", help="Files of one submission.")]
ManifestFile = Annotated[Path, typer.Argument(metavar="MANIFEST", help="The manifest, beside its files.")]
Target = Annotated[str | None, typer.Option(help="Batch number, or sequence number, of an earlier submission.")]
Records = Annotated[list[str] | None, typer.Option("--record", help="A record to withdraw; parts of its key with |.")]
Operation = Annotated[str, typer.Option(help="new, correct, withdraw or zero.")]
Sequence = Annotated[int | None, typer.Option(help="The number of this submission, one more than the last.")]
PeriodText = Annotated[str | None, typer.Option(help="2026-05, 2026-05-04, 2026-W19, or two with / between.")]


@manifest_app.command()
def make(  # noqa: PLR0913, PLR0917 - the members of a manifest
    source: RequiredSource,
    files: Files = None,
    operation: Operation = "new",
    sequence: Sequence = None,
    period: PeriodText = None,
    corrects: Target = None,
    withdraws: Target = None,
    record: Records = None,
    reason: Annotated[str | None, typer.Option(help="Why, for people.")] = None,
    sender: Annotated[str | None, typer.Option(help="Who, or which system, sends it.")] = None,
    key: Annotated[Path | None, typer.Option(help="Private key to sign it with.")] = None,
    *,
    count: Annotated[bool, typer.Option(help="Count the rows, where the mapping of the source is at hand.")] = True,
) -> None:
    """Write the manifest of a submission beside its first file; drop the files first, then the manifest."""
    members: DeclaredMembers = {
        "source": source,
        "operation": operation,
        "sequence": sequence,
        "period": period,
        "corrects": _target(corrects),
        "withdraws": _target(withdraws),
        "keys": [each.split("|") for each in record or ()],
        "reason": reason,
        "sender": sender,
    }
    path, data = make_manifest(files or [], members, count=count)
    write_durable(path, prose(data))
    if key is not None:
        sign_manifest(path, key, None, _password())
    out.print(str(path), markup=False)


@manifest_app.command()
def sign(
    manifest: ManifestFile,
    key: Annotated[
        Path, typer.Option(metavar="FILE", help="Private key, PEM; the password is taken from RISKHUB_KEY_PASSWORD.")
    ],
    name: Annotated[str | None, typer.Option(help="Name of the key at the hub; the file's name by default.")] = None,
) -> None:
    """Sign a manifest with the agency's private key."""
    data = sign_manifest(manifest, key, name, _password())
    out.print(sentence("manifest.signed", file=manifest.name, by=data["signature"]["key"]), markup=False)


@manifest_app.command()
def verify(
    manifest: ManifestFile,
    key: Annotated[Path | None, typer.Option(help="Public key, PEM; those of the source by default.")] = None,
    source: Annotated[str | None, typer.Option("--source", metavar="AGENCY/FEED", help="Whose keys to use.")] = None,
    *,
    as_json: Json = False,
) -> int:
    """Check a manifest, its signature and the files beside it, as the hub does."""
    keys: dict[str, Key] = keys_of(source) if source else {}
    if key is not None:
        try:
            keys = {key.name.split(".")[0]: Key(key.name.split(".")[0], public_key(key.read_bytes()), BEGINNING)}
        except (OSError, ValueError) as fault:
            raise error_of(WrongUsage, "manifest.bad_key", where=str(key), why=str(fault)) from None
    found = verify_manifest(manifest, keys, clock.now(), wanted=bool(key or source))
    language = settings().language
    places = ("file", "field", "value", "expected")
    rows = [{"code": each.code, **{name: getattr(each, name) for name in places}} for each in found]
    for each in rows:
        texts = render(each["code"], language, **{name: each[name] for name in places})
        each |= {"title": texts.title, "message": texts.message, "cure": texts.cure}
    if as_json:
        print_json(rows)
    else:
        for each in rows:
            out.print(f"[red]{each['code']}[/]  ", end="")
            out.print(f"{each['message']}\n  → {each['cure']}", markup=False)
        if not rows:
            out.print(sentence("manifest.good", file=manifest.name), markup=False)
    return FINDINGS if rows else FINE


@manifest_app.command()
def keygen(
    name: Annotated[str, typer.Argument(help="What the key is to be called, such as 2026a.")],
    folder: Annotated[Path, typer.Option(help="Where to write it.")] = Path(),
) -> None:
    """Make a pair of keys: NAME.key stays with you, NAME.pem goes to the hub."""
    if not NAME.fullmatch(name):
        raise error_of(WrongUsage, "manifest.bad_key_name", name=name)
    secret, public = new_keys(name, folder)
    out.print(sentence("manifest.keys", secret=secret, public=public), markup=False)


def _target(text: str | None) -> str | int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() else text


def _password() -> bytes | None:
    password = os.environ.get("RISKHUB_KEY_PASSWORD")
    return password.encode() if password else None
