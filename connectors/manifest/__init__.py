"""Manifests: a sender may put one beside its files, which says what they are and mean, and may be signed."""

from connectors.manifest.ed25519 import Key, signature_fault, signed
from connectors.manifest.manifest import File, Manifest, parse, prose
from connectors.manifest.period import Period, period_of

__all__ = [
    "File",
    "Key",
    "Manifest",
    "Period",
    "parse",
    "period_of",
    "prose",
    "signature_fault",
    "signed",
]
