"""What is wrong with a manifest, in words: a finding has the kind of fault, `hub/text.yml` a sentence for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hub.i18n import say

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMED = {"pattern": "manifest.form", "type": "manifest.type"}  # kinds that expect one of several named things


def fault_in_words(place: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return `expected` and `value` of a MANIFEST_INVALID finding as its reader's sentence wants them."""
    kind, _, told = str(place.get("expected") or "other").partition(": ")
    found = place.get("value")
    if kind in NAMED:
        words = [_said(f"{NAMED[kind]}.{each}", language) for each in told.split(", ")]
        told = say("manifest.type.or", language).join(words)
    if kind == "type" and found:
        found = _said(f"manifest.type.{found}", language)
    try:
        sentence = say(f"manifest.fault.{kind}", language, expected=told)
    except KeyError:
        sentence = say("manifest.fault.other", language)
    return {"expected": sentence, "value": found}


def _said(key: str, language: str) -> str:
    try:
        return say(key, language)
    except KeyError:
        return key.rpartition(".")[2]
