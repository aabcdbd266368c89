"""YAML that the project or a person has written, read by libyaml where it is there: nine times as fast."""

from __future__ import annotations

from typing import Any

import yaml

# Plain data only, no objects of Python.
FAST_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_yaml(text: str) -> Any:
    """Return the data that a text in YAML 1.1 holds, None for an empty one.

    Raises yaml.YAMLError, or ValueError for a day that the calendar does not have.

    >>> load_yaml("a: [1, 2]")
    {'a': [1, 2]}
    """
    return yaml.load(text, Loader=FAST_LOADER)  # noqa: S506 - a safe one
