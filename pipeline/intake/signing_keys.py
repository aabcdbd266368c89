"""The public keys of an agency: `agency.yml` says from when to when each is good; `keys/NAME.pem` holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.manifest import Key
from connectors.manifest.ed25519 import public_key
from hub.errors import FixTheHub
from hub.messages import error_of
from pipeline.sources import source_named

if TYPE_CHECKING:
    from mappings.engine import Source


def keys_of(source: Source | str) -> dict[str, Key]:
    """Return the public keys of a source's agency by name.

    Raises:
        FixTheHub: A key file is missing, or is no Ed25519 key.
    """
    known = source_named(source) if isinstance(source, str) else source
    found = {}
    for each in known.agency_keys:
        file = known.folder.parent / "keys" / f"{each.name}.pem"
        try:
            public = public_key(file.read_bytes())
        except (OSError, ValueError) as fault:
            raise error_of(
                FixTheHub,
                "manifest.bad_public_key",
                where=str(file),
                why=str(fault) or type(fault).__name__,
                name=each.name,
                agency=known.agency,
            ) from None
        found[each.name] = Key(each.name, public, each.valid_from, each.valid_to, each.revoked_at)
    return found
