"""Schemas that the publishers of other standards ship in their own packages for Python."""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest


def errors(package: str, file: str, instance: object) -> list[str]:
    """Return what the schema of a package finds wrong; skip the test where the package is not installed.

    Args:
        package: The package, which is not imported.
        file: The schema's path in it.
        instance: What is judged.
    """
    found = find_spec(package)
    if found is None or not found.submodule_search_locations:
        pytest.skip(f"{package} is not installed: it is one of the extras for development")
    validator = _validator(Path(found.submodule_search_locations[0], file))
    return [f"{each.instance_path}: {each.message[:200]}" for each in validator.iter_errors(instance)]


@cache
def _validator(path: Path) -> Any:
    return jsonschema_rs.validator_for(json.loads(path.read_text("utf-8")))
