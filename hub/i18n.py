"""Every sentence that a person reads, in English and Chinese, from one catalogue: `hub/text/`.

The first part of a key names its file where there is one of that name, such as `portal.title` in `portal.yml`; other
sentences are in `sentences.yml`.  So a command loads no sentence of the pages.

Findings have their own half of the catalogue, `validation/findings.yml`, with the same two languages per entry.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from hub.yaml_text import load_yaml
from hub.zones import CHINA

if TYPE_CHECKING:
    from datetime import datetime

LANGUAGES = ("en", "zh")
CLOCKS = {"zh": CHINA, "en": "UTC"}  # the time zone in which readers of a language expect times


FOLDER = Path(__file__).with_name("text")


@cache
def _sentences(name: str) -> dict[str, dict[str, str]]:
    written = (FOLDER / f"{name}.yml").read_text("utf-8")
    text: dict[str, dict[str, str]] = load_yaml(written)
    return text


@cache
def _files() -> frozenset[str]:
    return frozenset(path.stem for path in FOLDER.glob("*.yml"))


def _of_file(key: str) -> dict[str, dict[str, str]]:
    first = key.partition(".")[0]
    return _sentences(first if first in _files() else "sentences")


def say(key: str, language: str, /, **values: Any) -> str:
    """Return the sentence `key` in `language` ("en" or "zh") with `{name}` places filled in.

    Raises KeyError for a key that the catalogue does not have: a missing sentence is a bug that a test must see.
    """
    return _of_file(key)[key][language].format(**values)


def has(key: str) -> bool:
    """Whether the catalogue has the sentence `key`."""
    return key in _of_file(key)


def local_time(moment: datetime | None, language: str) -> str:
    """Return a moment in the time zone of its reader: China's in Chinese, UTC in English; "" for None.

    >>> from datetime import UTC, datetime
    >>> local_time(datetime(2026, 3, 2, 8, 0, tzinfo=UTC), "zh")
    '2026-03-02 16:00:00 北京时间（UTC+8）'
    """
    if moment is None:
        return ""
    return f"{moment.astimezone(ZoneInfo(CLOCKS[language])):%Y-%m-%d %H:%M:%S} {say('clock', language)}"
