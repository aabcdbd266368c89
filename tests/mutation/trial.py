"""One breakage tried: in a copy of the tree, with the tests that concern it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from tests.mutation.coverage_map import line_keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.mutation.coverage_map import CoverageMap
    from tests.mutation.edit import Edit

ROOT = Path(__file__).resolve().parents[2]
MARKER = "MUTATION_COPY"  # in the environment of all that a trial starts; the tests drop what begins with RISKHUB_
FASTEST = 12  # tests of the line, wherever they lie
MIRRORED = 40  # tests of the line in the folder that mirrors its own
NAMING = 6  # files of tests that name the file, where the map knows none of the line
SECONDS = 240  # for the tests of one breakage
WHOLE = 420  # for those of a folder, where the map knows none
SENTENCES = "tests/test_sentences.py"  # it executes no line that it judges
EXAMPLES = "tests/test_docstrings.py::test_the_examples_of_a_module_give_what_they_say"
FAILED = re.compile(r"^(?:FAILED|ERROR) (tests/.+?)(?: - .*)?$", re.MULTILINE)  # not what a log says
CREATED = re.compile(r"^create (?:or replace )?(?:view|table|function) ([\w.]+)", re.MULTILINE)
SAYS = re.compile(r"\b(?:sentence|error_of)\(")
BLOCK = re.compile(r"^-- name:[ \t]*(\w+)", re.MULTILINE)


@dataclass(frozen=True)
class Outcome:
    """What came of one breakage: noticed, survived, timeout, or unsound (its tests fail on the sound tree too)."""

    name: str
    folder: str
    outcome: str
    diff: str
    by: str = ""  # the test that noticed
    tests: list[str] = field(default_factory=list)
    known: bool = True  # whether the map knew tests that execute the line


def chosen_tests(edit: Edit, root: Path, known: CoverageMap) -> tuple[list[str], bool]:
    """Return the tests to run for a breakage, and whether the map names them (else they are those of a folder)."""
    if edit.path.endswith(".sql"):
        found = _tests_of_statement(edit, root, known)
    else:
        found = known.tests_of(root, edit.path, edit.first, edit.last)
    found = {test for test in found if (root / test.partition("::")[0]).exists()}
    if not found:
        return other_tests(edit, root), False
    folder = mirrored(root, edit.path)
    ordered = sorted(found, key=lambda test: (known.seconds.get(test, 0), test))
    near = [test for test in ordered if (root / test.partition("::")[0]).is_relative_to(folder)]
    return list(dict.fromkeys(ordered[:FASTEST] + near[:MIRRORED])), True


def other_tests(edit: Edit, root: Path) -> list[str]:
    """Return the tests for a breakage that no known test notices: those of its file, then a folder of tests.

    The tests of the file read its text, try the examples in its docstrings, or name it.  Those of a statement are those
    of the files that name it, those of a view name the view.
    """
    folder = mirrored(root, edit.path)
    if edit.path.endswith(".py"):
        found = _tests_of_module(edit, root, folder)
    elif created := CREATED.findall((root / edit.path).read_bytes()[: edit.start].decode()):
        found = _naming(rf"\b{re.escape(created[-1])}\b", Path(edit.path).stem, root, folder)
    else:
        modules = dict.fromkeys(path for path, _ in naming_lines(edit, root) if not path.startswith("tests/"))
        found = [test for path in modules for test in _naming(_import_of(path), Path(path).stem, root, folder)]
    return [*dict.fromkeys(found), str(folder.relative_to(root))]


def _tests_of_module(edit: Edit, root: Path, folder: Path) -> list[str]:
    found = []
    line = (root / edit.path).read_bytes()[edit.start : edit.end].decode() + edit.new
    if SAYS.search(line) and (root / SENTENCES).exists():
        found.append(SENTENCES)
    if ">>> " in (root / edit.path).read_text("utf-8"):
        found.append(f"{EXAMPLES}[{_module(edit.path)}]")
    return [*found, *_naming(_import_of(edit.path), Path(edit.path).stem, root, folder)]


def _naming(pattern: str, stem: str, root: Path, folder: Path) -> list[str]:
    """Return a few files of tests that name something, the nearest first, and those that are called like its file."""
    files = [
        each
        for each in (root / "tests").rglob("test_*.py")
        if each.parent.name != "mutation"
        and (each.stem == f"test_{stem}" or re.search(pattern, each.read_text("utf-8")))
    ]
    files.sort(key=lambda file: (stem not in file.stem, not file.is_relative_to(folder), file))
    return [file.relative_to(root).as_posix() for file in files[:NAMING]]


def _module(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _import_of(path: str) -> str:
    """Return the pattern of what imports a module, or names its file."""
    return rf"\b(?:from|import) {re.escape(_module(path))}\b|\"{re.escape(Path(path).name)}\""


def mirrored(root: Path, path: str) -> Path:
    """Return the folder of tests that mirrors the folder of `path`: the nearest one that exists."""
    if path.startswith("warehouse_sql/"):
        return root / "tests" / "warehouse"
    folder = (root / "tests" / path).parent
    while not folder.is_dir():
        folder = folder.parent
    return folder


def _tests_of_statement(edit: Edit, root: Path, known: CoverageMap) -> set[str]:
    """Return the tests that name the statement, or execute a Python line that does, in which an edit stands."""
    found: set[str] = set()
    for path, line in naming_lines(edit, root):
        if not path.startswith("tests/"):
            found |= known.tests_of(root, path, line, line)
        elif (test := line_keys(root / path)[line - 1].partition("|")[0].partition(".")[0]).startswith("test_"):
            found.add(f"{path}::{test}")
    return found


def naming_lines(edit: Edit, root: Path) -> Iterator[tuple[str, int]]:
    """Yield the lines of Python files, tests too, that name the statement in which an edit stands: file, line."""
    path = Path(edit.path)
    blocks = BLOCK.findall((root / path).read_bytes()[: edit.start].decode())
    name = f'"{path.stem}/{blocks[-1]}"' if blocks else f'"{path.parent.name}/{path.stem}"'
    for file in sorted(root.rglob("*.py")):
        inner = file.relative_to(root).as_posix()
        if not inner.startswith((".", "benchmarks/")):
            for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
                if name in line:
                    yield inner, number


class Copy:
    """A copy of the tree, in which breakages are tried one after the other."""

    def __init__(self, root: Path, folder: Path, patience: float = 1, *, near: bool = False) -> None:
        """Copy what git tracks, or would, below `root` into `folder`; all may read it, as the database server must."""
        self.root, self.folder, self.patience, self.near = root, folder, patience, near
        shutil.rmtree(folder, ignore_errors=True)
        for name in tracked(root):
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, target)
        folder.chmod(0o755)

    def try_edit(self, edit: Edit, known: CoverageMap) -> Outcome:
        """Apply an edit, run its tests, take it back."""
        tests, named = chosen_tests(edit, self.folder, known)
        tests = tests if named else self._near(tests)
        diff = edit.diff(self.folder)
        sound = (self.folder / edit.path).read_bytes()
        edit.apply(self.folder)
        try:
            code, said = self.pytest(tests, SECONDS if named else WHOLE)
            if named and code in (0, 5):  # the map may lack a folder of tests, or be older than a test
                tests = self._near(other_tests(edit, self.folder))
                code, said = self.pytest(tests, WHOLE)
        finally:
            (self.folder / edit.path).write_bytes(sound)
        outcome, by = {0: "survived", 5: "survived", None: "timeout"}.get(code, "noticed"), ""
        if outcome == "noticed":
            failed = FAILED.search(said)
            by = failed[1] if failed else said.strip().rpartition("\n")[2][:200]
            alone = [by] if failed else tests
            if by not in known.seconds and self.pytest(alone)[0] not in (0, None):
                outcome = "unsound"
        return Outcome(edit.name, edit.path.partition("/")[0], outcome, diff, by, tests, named)

    def _near(self, tests: list[str]) -> list[str]:
        """Return the tests of a file, without the folder behind them where only what is near is wanted."""
        return tests[:-1] if self.near and len(tests) > 1 else tests

    def pytest(self, tests: Sequence[str], seconds: float = SECONDS) -> tuple[int | None, str]:
        """Run tests in the copy until one fails; returns the exit code, None when it takes too long, and the output."""
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist"]
        try:
            return self._run([*command, *tests], self.environment(), seconds)
        finally:
            end_what_is_left(self.folder)

    def environment(self) -> dict[str, str]:
        """Return the environment of tests in the copy."""
        data = os.environ.get("RISKHUB_TEST_DATA") or str(self.root.parent / "shared")
        extra = {
            MARKER: str(self.folder),
            "PYTHONPATH": str(self.folder),
            "RISKHUB_TEST_DATA": data,
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        return {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"} | extra

    def _run(self, command: Sequence[str], env: dict[str, str], seconds: float) -> tuple[int | None, str]:
        with subprocess.Popen(
            command,
            cwd=self.folder,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            text=True,
        ) as process:
            try:
                said, _ = process.communicate(timeout=seconds * self.patience)
            except subprocess.TimeoutExpired:
                started = psutil.Process(process.pid).children(
                    recursive=True
                )  # also those of an environment of their own
                os.killpg(process.pid, signal.SIGINT)  # pytest stops the run's server
                try:
                    process.communicate(timeout=20)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
                for each in started:
                    with suppress(psutil.Error):  # by its time too: an id may be somebody else's by now
                        each.kill()
                return None, ""
        return process.returncode, said


def end_what_is_left(folder: Path, seconds: float = 10) -> None:
    """End the processes that a trial in `folder` has started and left: a broken hub may not stop its servers.

    Returns when they have ended, after `seconds` at the latest. Nobody may collect an orphan that has ended, as in a
    container whose first process does not: it counts as ended.
    """
    ending: list[psutil.Process] = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get(MARKER) == str(folder):
                process.kill()
                ending.append(process)
    latest = time.monotonic() + seconds
    while any(is_alive(process) for process in ending) and time.monotonic() < latest:
        time.sleep(0.01)


def is_alive(process: psutil.Process) -> bool:
    """Return whether a process still runs; one that has ended and is not yet collected does not."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def tracked(root: Path) -> list[str]:
    """Return the files of the tree without what git ignores; of a folder that is no repository, all."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        return [path.relative_to(root).as_posix() for path in sorted(root.rglob("*")) if path.is_file()]
    return [name for name in listed.stdout.split("\0") if name and (root / name).is_file()]
