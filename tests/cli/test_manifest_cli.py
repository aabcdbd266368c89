"""`riskhub manifest`: what it makes, the hub accepts; and it runs without hub, database or network."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from cli.screen import FINDINGS, FINE, WRONG, guarded
from hub.settings import settings
from pipeline.steps.runner import run
from tests.support.exchange import batches, codes
from tests.support.small_source import SMALL, SmallSource, fires

if TYPE_CHECKING:
    from pathlib import Path

WITHOUT_HUB = """
import sys
from importlib.abc import MetaPathFinder
class Barred(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"psycopg", "psycopg2", "airflow", "great_expectations", "pandas", "sqlalchemy",
                                  "isodate", "chinese_calendar", "asyncssh", "httpx", "psutil"}:
            raise ImportError(f"{name} is of the hub")
sys.meta_path.insert(0, Barred())
from pathlib import Path
import pipeline.authoring.manifests as manifests
"""


@pytest.mark.usefixtures("warehouse")
def test_made_signed_verified_and_accepted(
    small: SmallSource, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small.map("mode: upsert", "mode: upsert\nsignature: required")
    settings.cache_clear()
    assert guarded(["manifest", "keygen", "2026a", "--folder", str(tmp_path)]) == FINE
    assert (tmp_path / "2026a.key").stat().st_mode & 0o777 == 0o600
    keys = small.folder.parent / "keys"
    keys.mkdir()
    (tmp_path / "2026a.pem").rename(keys / "2026a.pem")
    agency = small.folder.parent / "agency.yml"
    agency.write_text(agency.read_text() + "keys: {2026a: {valid_from: 2020-01-01}}\n")
    inbox = settings().exchange / SMALL / "in"
    inbox.mkdir(parents=True)
    (inbox / "a.csv").write_bytes(fires("F1", "F2"))
    made = ["manifest", "make", "--source", SMALL, "--sequence", "1", "--period", "2026-05", str(inbox / "a.csv")]
    assert guarded(made) == FINE
    path = inbox / "a.csv.manifest.json"
    assert json.loads(path.read_text())["files"][0]["rows"] == 2
    assert guarded(["manifest", "verify", str(path), "--source", SMALL]) == FINDINGS
    assert "SIGNATURE_MISSING" in capsys.readouterr().out
    assert guarded(["manifest", "sign", str(path), "--key", str(tmp_path / "2026a.key")]) == FINE
    assert guarded(["manifest", "verify", str(path), "--source", SMALL]) == FINE
    assert guarded(["manifest", "verify", str(path), "--key", str(keys / "2026a.pem")]) == FINE
    (inbox / "a.csv").write_bytes(fires("F1", "F3"))
    capsys.readouterr()
    assert guarded(["manifest", "verify", str(path), "--source", SMALL, "--json"]) == FINDINGS
    assert [each["code"] for each in json.loads(capsys.readouterr().out)] == ["HASH_DIFFERS"]
    (inbox / "a.csv").write_bytes(fires("F1", "F2"))
    run(SMALL)
    (batch,) = batches(SMALL)
    assert (batch["state"], codes(batch)) == ("acknowledged", {})


def test_withdrawals_and_zero_reports_are_made_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert guarded(["manifest", "make", "--source", SMALL, "--operation", "zero", "--period", "2026-05"]) == FINE
    assert json.loads((tmp_path / "zero-2026-05.manifest.json").read_text())["operation"] == "zero"
    keys = ["--record", "F1", "--record", "F2|x"]
    assert guarded(["manifest", "make", "--source", SMALL, "--operation", "withdraw", *keys]) == FINE
    assert json.loads((tmp_path / "withdraw-keys.manifest.json").read_text())["keys"] == [["F1"], ["F2", "x"]]
    assert guarded(["manifest", "make", "--source", SMALL, "--operation", "withdraw", "--withdraws", "17"]) == FINE
    assert json.loads((tmp_path / "withdraw-17.manifest.json").read_text())["withdraws"] == 17


@pytest.mark.parametrize(
    "arguments",
    [
        ["make", "--source", SMALL, "no.csv"],
        ["make", "--source", "nowhere", "--operation", "zero", "--period", "2026"],
        ["make", "--source", SMALL, "--operation", "delete"],
        ["make", "--source", SMALL, "--operation", "zero", "--period", "2026-13"],
        ["sign", "no.manifest.json", "--key", "no.key"],
        ["verify", "no.manifest.json"],
        ["keygen", "../x"],
    ],
)
def test_wrong_usage_is_told(arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert guarded(["manifest", *arguments]) == WRONG
    assert list(tmp_path.iterdir()) == []


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    assert guarded(["manifest", "keygen", "k", "--folder", str(tmp_path)]) == FINE
    before = (tmp_path / "k.key").read_bytes()
    assert guarded(["manifest", "keygen", "k", "--folder", str(tmp_path)]) == WRONG
    assert (tmp_path / "k.key").read_bytes() == before


def test_it_needs_nothing_of_the_hub(small: SmallSource, tmp_path: Path) -> None:
    assert small.folder.exists()
    (tmp_path / "a.csv").write_bytes(fires("F1"))
    code = f"""{WITHOUT_HUB}
secret, public = manifests.keygen("k", Path({str(tmp_path)!r}))
path, data = manifests.make([Path({str(tmp_path / "a.csv")!r})], {{"source": {SMALL!r}, "operation": "new"}})
path.write_bytes(manifests.prose(data))
manifests.sign(path, secret, None)
assert data["files"][0]["rows"] == 1
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-1500:]
