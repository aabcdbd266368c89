"""Every sentence that a person reads, in English and Chinese, from one catalogue: `hub/text.yml`.

Findings have their own half of the catalogue, `validation/findings.yml`, with the same two languages per entry.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import yaml

if TYPE_CHECKING:
    from datetime import datetime

LANGUAGES = ("en", "zh")
CLOCKS = {"zh": "Asia/Shanghai", "en": "UTC"}  # whose clock the readers of a language look at


@cache
def _catalogue() -> dict[str, dict[str, str]]:
    text: dict[str, dict[str, str]] = yaml.safe_load(Path(__file__).with_name("text.yml").read_text("utf-8"))
    return text


def say(key: str, language: str, /, **values: Any) -> str:
    """Return the sentence `key` in `language` ("en" or "zh") with `{name}` places filled in.

    Raises KeyError for a key that the catalogue does not have: a missing sentence is a bug that a test must see.
    """
    return _catalogue()[key][language].format(**values)


def local_time(moment: datetime | None, language: str) -> str:
    """Return a moment as its reader's clock shows it: in China for Chinese receipts, else in UTC."""
    if moment is None:
        return ""
    return f"{moment.astimezone(ZoneInfo(CLOCKS[language])):%Y-%m-%d %H:%M:%S} {say('clock', language)}"
