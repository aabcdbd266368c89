"""The wheel alone, as a partner installs it: `riskhub check` without Airflow, a database, or Great Expectations."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path
from typing import Any

import pytest

from hub.settings import PROJECT
from pipeline.checks.check import check_file
from pipeline.receipts.render import Renderer

pytestmark = pytest.mark.slow
SAMPLES = {
    "hn_fire/incidents": "sample.csv",
    "hn_market/sampling": "sample.xlsx",
    "hn_customs/declarations": "sample.zip",
}
# Whatever asks for one of these finds that it is not installed.
FORBIDDING = """
import sys
class Absent:
    names = ("airflow", "alembic", "great_expectations", "openpyxl", "pandas", "psycopg", "psycopg2", "sqlalchemy")
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in self.names:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
_find = __import__("importlib.util").util.find_spec
def find_spec(name, package=None):
    return None if name.split(".")[0] in Absent.names else _find(name, package)
__import__("importlib.util").util.find_spec = find_spec
"""


@pytest.fixture(scope="module")
def partner(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the Python of a partner: an environment that has the wheel, and of its needs only those that it declares."""
    folder = tmp_path_factory.mktemp("partner")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "dist")]
    subprocess.run(build, cwd=PROJECT, check=True, capture_output=True)
    venv.create(folder / "env", symlinks=True)
    packages = next((folder / "env" / "lib").glob("python*")) / "site-packages"
    (wheel,) = (folder / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    (packages / "forbidding.py").write_text(FORBIDDING, "utf-8")
    libraries = sysconfig.get_path("purelib")  # a plain line: what is installed in there as editable is not seen
    (packages / "partner.pth").write_text(f"import forbidding\n{libraries}\n", "utf-8")
    return folder / "env" / "bin" / "python"


def run(partner: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(partner), "-I", "-c", "from cli import main; main()", *arguments]
    clean = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(folder)}
    return subprocess.run(command, cwd=folder, env=clean, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("source", SAMPLES)
def test_the_wheel_alone_says_what_the_hub_says(partner: Path, tmp_path: Path, source: str) -> None:
    file = PROJECT / "mappings" / "sources" / source / SAMPLES[source]
    told = run(partner, tmp_path, "check", str(file), "--source", source, "--json", "--out", str(tmp_path))
    assert told.returncode == 1, told.stderr
    account: dict[str, Any] = json.loads(told.stdout)
    here = Renderer("en").account(check_file(file, source))
    assert account["findings"] == here["findings"]
    assert account["counts"] == here["counts"]
    names = {path.name for path in tmp_path.iterdir() if path.is_file()}
    assert {"sample.check.json", "sample.check.html", "sample.check.fix.xlsx"} <= names


def test_the_wheel_alone_checks_a_manifest_too(partner: Path, tmp_path: Path) -> None:
    file, source = tmp_path / "sample.csv", "hn_fire/incidents"
    file.write_bytes((PROJECT / "mappings" / "sources" / source / "sample.csv").read_bytes())
    made = run(partner, tmp_path, "manifest", "make", "sample.csv", "--source", source, "--sequence", "3")
    assert made.returncode == 0, made.stderr
    asked = ("check", "sample.csv", "--source", source, "--manifest", "sample.csv.manifest.json", "--json")
    account = json.loads(run(partner, tmp_path, *asked).stdout)
    assert (account["state"], account["submission"]["sequence"]) == ("validated", 3)
    assert account["submission"]["rows_stated"] == account["counts"]["read"]
    assert [each["code"] for each in account["notices"]] == ["check.not_compared"]
    file.write_bytes(file.read_bytes() + b"\n")
    account = json.loads(run(partner, tmp_path, *asked).stdout)
    assert [each["code"] for each in account["findings"]] == ["HASH_DIFFERS"]


def test_the_code_is_that_of_the_wheel(partner: Path, tmp_path: Path) -> None:
    told = subprocess.run(
        [
            str(partner),
            "-I",
            "-c",
            "import pipeline.checks.check as c, importlib.util as u; print(c.__file__, u.find_spec('airflow'))",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    place, airflow = told.stdout.split()
    assert Path(place).is_relative_to(partner.parent.parent)
    assert airflow == "None"


def test_an_unusual_file_is_judged_by_plain_comparison(partner: Path, tmp_path: Path) -> None:
    header = (PROJECT / "mappings/sources/us_pittsburgh/fire_incidents/sample.csv").read_text("utf-8").splitlines()[0]
    (tmp_path / "empty.csv").write_text(f"{header}\n", "utf-8")
    told = run(partner, tmp_path, "check", "empty.csv", "--source", "us_pittsburgh/fire_incidents", "--json")
    codes = [found["code"] for found in json.loads(told.stdout)["findings"]]
    assert set(codes) == {"VOLUME_UNUSUAL", "NO_ROWS"}


def test_the_commands_of_the_hub_are_not_offered(partner: Path, tmp_path: Path) -> None:
    told = run(partner, tmp_path, "--help")
    assert "check" in told.stdout
    assert "replay" not in told.stdout
