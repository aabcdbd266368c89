"""What a killed process leaves among the temporary files is cleared away; what a living one has there stays."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

from hub import scratch
from hub.settings import PROJECT

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

DIES = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
from hub.scratch import make
path = make("read").path
open(path + "/rows", "w").write("somebody")
print(path, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_dead_process_leaves_nothing_for_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    ours = scratch.make("check")
    done = subprocess.run([sys.executable, "-c", DIES, str(PROJECT)], capture_output=True, text=True, check=False)
    left = tmp_path / done.stdout.strip().rpartition("/")[2]
    (tmp_path / "riskhub-read-link").symlink_to(tmp_path)
    (tmp_path / "riskhub-other").mkdir()
    assert (left / "rows").exists()
    assert scratch.clear_left(young=1e9) == 0, "it may be about to be locked"
    assert scratch.clear_left(young=-1) == 1
    assert not left.exists()
    assert {path.name for path in tmp_path.iterdir()} == {
        "riskhub-read-link", "riskhub-other", ours.path.rpartition("/")[2],
    }  # fmt: skip
    ours.remove()
    with scratch.scratch("plan") as folder:
        assert folder.is_dir()
    assert not folder.exists()
