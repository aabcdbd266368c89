"""The real public files that prove a source: one module a source, `<agency>_<feed>.py`, with its `REAL`."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.real_files.real_file import RealFiles


def real_files() -> list[RealFiles]:
    """Return what is known of all real files, by the names of their modules."""
    names = sorted(each.name for each in pkgutil.iter_modules(__path__) if each.name != "real_file")
    return [importlib.import_module(f"{__name__}.{name}").REAL for name in names]
