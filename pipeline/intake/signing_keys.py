"""The public keys of an agency: `agency.yml` says from when to when each is good; `keys/NAME.pem` holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.manifest import Key
from connectors.manifest.ed25519 import public_key
from hub.errors import FixTheHub
from pipeline.sources import source_named

if TYPE_CHECKING:
    from mappings.engine import Source


def keys_of(source: Source | str) -> dict[str, Key]:
    """Return the keys of the source's agency by name.  Raises FixTheHub for a key file that is none."""
    known = source_named(source) if isinstance(source, str) else source
    found = {}
    for each in known.agency_keys:
        file = known.folder.parent / "keys" / f"{each.name}.pem"
        try:
            public = public_key(file.read_bytes())
        except (OSError, ValueError) as fault:
            raise FixTheHub(
                f"The key {each.name} of {known.agency} cannot be used.",
                where=str(file),
                why=str(fault) or type(fault).__name__,
                next_step="Put the agency's public key there: PEM, Ed25519, as `riskhub manifest keygen` writes it.",
            ) from None
        found[each.name] = Key(each.name, public, each.valid_from, each.valid_to, each.revoked_at)
    return found
