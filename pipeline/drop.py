"""Drop: a file put into an exchange folder the way a careful partner does it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from pipeline.receive import exchange_folder

if TYPE_CHECKING:
    from pathlib import Path


def drop_file(file: Path, source: str, name: str | None = None) -> Path:
    """Copy `file` under a name that is not looked at, then give it its own; return where it lies."""
    inbox = exchange_folder(source) / "in"
    target = inbox / (name or file.name)
    hidden = inbox / f".{target.name}.part"
    shutil.copyfile(file, hidden)
    return hidden.rename(target)
