"""Commands of the hub, run in this process."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cli.screen import FINE, guarded

if TYPE_CHECKING:
    import pytest


def json_of(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = FINE) -> Any:
    """Return what a command prints with `--json`; require that it ends with `code`."""
    capsys.readouterr()
    assert guarded([*arguments, "--json"]) == code
    return json.loads(capsys.readouterr().out)
