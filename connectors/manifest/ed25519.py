"""Ed25519 signatures (RFC 8032) over canonical manifests.  The hub holds public keys only.

The whole manifest is signed but the value of the signature: the name of the key and the algorithm are signed too.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from hub.finding import Finding
from hub.messages import sentence

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from connectors.manifest.manifest import ManifestContent, SignatureMember

ALGORITHM = "Ed25519"
PEM = serialization.Encoding.PEM


@dataclass(frozen=True)
class Key:
    """A public key of an agency; valid from `valid_from` until before `valid_to` and before `revoked_at`."""

    name: str
    public: Ed25519PublicKey
    valid_from: datetime
    valid_to: datetime | None = None
    revoked_at: datetime | None = None


def new_pair() -> tuple[bytes, bytes]:
    """Return a new private and its public key, both PEM (PKCS #8 and SubjectPublicKeyInfo)."""
    private = Ed25519PrivateKey.generate()
    form = serialization.PrivateFormat.PKCS8
    secret = private.private_bytes(PEM, form, serialization.NoEncryption())
    return secret, private.public_key().public_bytes(PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def private_key(pem: bytes, password: bytes | None = None) -> Ed25519PrivateKey:
    """Return the private key in a PEM file.

    Raises:
        ValueError: It is of another kind, or the password is wrong, missing or not needed.
    """
    try:
        key = serialization.load_pem_private_key(pem, password)
    except TypeError as fault:  # a password is lacking, or given for nothing
        raise ValueError(str(fault)) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(sentence("manifest.not_ed25519"))  # noqa: TRY004 - of the file, not of an argument
    return key


def public_key(pem: bytes) -> Ed25519PublicKey:
    """Return the public key in a PEM file.

    Raises:
        ValueError: It is of another kind.
    """
    key = serialization.load_pem_public_key(pem)
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError(sentence("manifest.not_ed25519"))  # noqa: TRY004 - of the file, not of an argument
    return key


def fingerprint(key: Ed25519PublicKey) -> str:
    """Return the SHA-256 of a public key in DER, which its owner can compare with that of the key at home."""
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


def signed(data: ManifestContent, private: Ed25519PrivateKey, name: str) -> ManifestContent:
    """Return a manifest with a signature, which replaces one that it has.

    Args:
        data: The manifest.
        private: The private key.
        name: The name under which the hub knows its public key.

    Raises:
        TypeError: The manifest holds a float.
    """
    signature: SignatureMember = {"algorithm": ALGORITHM, "key": name}
    value = private.sign(_canonical(data, signature))
    return {**data, "signature": {**signature, "value": base64.b64encode(value).decode()}}


def signature_fault(data: ManifestContent, keys: Mapping[str, Key], received_at: datetime) -> Finding | None:
    """Check the signature of a manifest.

    Args:
        data: The manifest.
        keys: The public keys of its agency by name.
        received_at: When the hub received it: the key must be valid then.

    Returns:
        SIGNATURE_MISSING, KEY_UNKNOWN, KEY_REVOKED, KEY_NOT_VALID or SIGNATURE_BAD; None for a good signature.
    """
    signature = data.get("signature")
    if signature is None:
        return Finding("SIGNATURE_MISSING", expected=", ".join(sorted(keys)) or None)
    name = signature["key"]
    key = keys.get(name)
    if key is None:
        return Finding("KEY_UNKNOWN", value=name, expected=", ".join(sorted(keys)) or None)
    if key.revoked_at is not None and received_at >= key.revoked_at:
        return Finding("KEY_REVOKED", value=name, expected=_day(key.revoked_at))
    if received_at < key.valid_from or (key.valid_to is not None and received_at >= key.valid_to):
        return Finding("KEY_NOT_VALID", value=name, expected=f"{_day(key.valid_from)} … {_day(key.valid_to)}")
    if not _is_by(key.public, data, signature):
        return Finding("SIGNATURE_BAD", value=name)
    return None


def _is_by(public: Ed25519PublicKey, data: ManifestContent, signature: SignatureMember) -> bool:
    unsigned: SignatureMember = {"algorithm": signature["algorithm"], "key": signature["key"]}
    try:
        public.verify(base64.b64decode(signature["value"], validate=True), _canonical(data, unsigned))
    except (InvalidSignature, binascii.Error):
        return False
    return True


def _canonical(data: ManifestContent, signature: SignatureMember) -> bytes:
    """Return what is signed: the canonical JSON (RFC 8785) of the manifest with its signature but for the value."""
    return rfc8785.dumps(cast("dict[str, Any]", {**data, "signature": signature}))


def _day(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat(timespec="minutes")
