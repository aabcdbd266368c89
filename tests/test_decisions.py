"""Decision pages agree with the tree: every path, module, function and page that they name exists."""

from __future__ import annotations

import re
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from hub.settings import PROJECT

if TYPE_CHECKING:
    from pathlib import Path

PAGES = sorted((PROJECT / "docs" / "decisions").glob("*.md"))
FOLDERS = sorted(path.name for path in PROJECT.iterdir() if (path / "__init__.py").exists())
TOP = sorted({*FOLDERS, "docs", ".ci", "dags", "tests", "warehouse_sql"})
CODE = re.compile(r"`([^`\n]+)`")
PATH = re.compile(rf"(?<![\w./<-])(?:{'|'.join(map(re.escape, TOP))})/[\w./*-]*[\w*/]")
FILE = re.compile(r"[\w-]+\.(?:py|md|sql|yml|toml|csv)")
DOTTED = re.compile(rf"(?:{'|'.join(FOLDERS)})(?:\.\w+)+")
RUN = re.compile(r"python -m ([\w.]+)")
OUTSIDE = {"mapping.yml", "expected.json", "psycopg.sql"}  # of a source; a module of a library


NAMES = {path.name for folder in (".", *(f"{top}/**" for top in TOP)) for path in PROJECT.glob(f"{folder}/*")}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_paths_and_modules_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    for path in PATH.findall(text):
        found = any(PROJECT.glob(path)) if "*" in path else (PROJECT / path).exists()
        assert found, f"{page.name} names {path}"
    for word in CODE.findall(text):
        if FILE.fullmatch(word):
            assert word in NAMES or word in OUTSIDE, f"{page.name} names {word}"
        if DOTTED.fullmatch(word) and not FILE.fullmatch(word):
            assert _resolves(word), f"{page.name} names {word}"
    for module in RUN.findall(text):
        assert find_spec(module), f"{page.name} runs {module}"


def test_pages_are_numbered_and_titled_alike() -> None:
    assert len({page.name[:4] for page in PAGES}) == len(PAGES), "two pages have one number"
    for page in PAGES:
        title = page.read_text("utf-8").splitlines()[0]
        assert title.startswith(f"# {int(page.name[:4])}. "), f"{page.name}: {title}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_decisions_that_a_page_cites_exist(page: Path) -> None:
    known = {int(each.name[:4]) for each in PAGES}
    text = page.read_text("utf-8")
    cited = {int(number) for number in re.findall(r"[Dd]ecisions? (\d+)", text)}
    assert cited <= known, f"{page.name} cites {sorted(cited - known)}"
    assert "DESIGN" not in text, f"{page.name} cites a page that the project does not hold"
    assert "research/" not in text, f"{page.name} cites a page that the project does not hold"


def _resolves(name: str) -> bool:
    module, *rest = name.split(".")
    found = import_module(module)
    for at, part in enumerate(rest, 1):
        if hasattr(found, part):
            found = getattr(found, part)
            continue
        try:
            found = import_module(".".join([module, *rest[:at]]))
        except ModuleNotFoundError:
            return False
    return True


def test_the_check_notices() -> None:
    assert PATH.findall("see `hub/nothing.py` and (tests/x/test_y.py), not in/a.csv") == [
        "hub/nothing.py",
        "tests/x/test_y.py",
    ]
    assert not _resolves("hub.nothing")
    assert _resolves("hub.scratch.make")
