"""Manifests of the agency: which feeds want one, how it is written, and the public keys that the hub knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fastapi import APIRouter, HTTPException, Request

from connectors.manifest import prose
from connectors.manifest.ed25519 import fingerprint
from hub import clock
from pages.portal.entrance import member_of
from pages.portal.home import feeds_of
from pages.site.rendering import render
from pipeline.authoring.manifests import example
from pipeline.intake.receive import complete_of
from pipeline.intake.signing_keys import keys_of
from pipeline.sources import source_named

if TYPE_CHECKING:
    from datetime import datetime

    from fastapi.responses import HTMLResponse

    from connectors.manifest import Key

router = APIRouter()


class KeyShown(NamedTuple):
    """A public key, and whether what it signs is accepted now."""

    name: str
    fingerprint: str
    valid_from: datetime
    valid_to: datetime | None
    revoked_at: datetime | None
    state: str  # valid, future, ended or revoked


class FeedShown(NamedTuple):
    """What a feed agrees on: when its files are complete, and whether manifests are signed."""

    name: str
    title: dict[str, str]
    complete: str
    signature: str


@router.get("/keys")
def keys(request: Request) -> HTMLResponse:
    """Show the keys and how a manifest is written, to an administrator of the agency alone."""
    member = member_of(request)
    if member.role != "admin":
        raise HTTPException(403)
    sources = [source_named(head.name) for head in feeds_of(member.agency)]
    now = clock.now()
    known = keys_of(sources[0]) if sources else {}  # they are the agency's: the same for each feed
    shown = [_shown(each, now) for each in sorted(known.values(), key=lambda key: key.valid_from, reverse=True)]
    feeds = [FeedShown(each.name, each.title, complete_of(each), each.signature) for each in sources]
    written = prose(example(feeds[0].name)).decode() if feeds else ""
    return render(request, "portal/keys.html.j2", keys=shown, feeds=feeds, written=written)


def state_of(key: Key, now: datetime) -> str:
    """Return whether what a key signs at a moment is accepted, or why not."""
    if key.revoked_at is not None and key.revoked_at <= now:
        return "revoked"
    if now < key.valid_from:
        return "future"
    return "ended" if key.valid_to is not None and key.valid_to <= now else "valid"


def _shown(key: Key, now: datetime) -> KeyShown:
    times = key.valid_from, key.valid_to, key.revoked_at
    return KeyShown(key.name, fingerprint(key.public), *times, state_of(key, now))
