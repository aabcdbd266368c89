"""The record types of the standard with a changed schema."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

from standards import standard
from standards.schema import SCHEMAS, record_types
from standards.soundness import refuse_unsound

if TYPE_CHECKING:
    from pathlib import Path

    from standards import RecordType


def changed_types(tmp_path: Path, change: Any, name: str = "market_sampling") -> dict[str, RecordType]:
    """Return the record types of the standard with a changed schema, that of samplings unless another is named."""
    folder = tmp_path / "schemas"
    shutil.copytree(SCHEMAS, folder)
    path = folder / f"{name}.schema.json"
    schema = json.loads(path.read_text("utf-8"))
    change(schema)
    path.write_text(json.dumps(schema), "utf-8")
    found = record_types(folder)
    refuse_unsound(found, standard().codelists, standard().thresholds)
    return found
