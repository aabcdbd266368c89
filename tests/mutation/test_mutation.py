"""The tool that breaks things, on a toy tree of one module, one statement and their tests."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from tests.mutation.__main__ import main
from tests.mutation.coverage_map import CoverageMap
from tests.mutation.python_edits import python_edits
from tests.mutation.sample import edits, sample
from tests.mutation.sql_edits import sql_edits
from tests.mutation.trial import EXAMPLES, SENTENCES, Copy, chosen_tests, is_alive, mirrored, other_tests

MODULE = '''"""A toy."""


def grade(points: int, top: int = 10) -> str:
    if points < 0 or points > top:
        raise ValueError(f"{points + 1} of {top}")
    return "good" if points >= 5 else "poor"
'''
TESTS = """from hub.toy import grade


def test_grades():
    assert [grade(4), grade(5)] == ["poor", "good"]


def test_top():
    assert grade(10) == "good"
"""
STATEMENTS = """-- Toys.

-- name: open_toys
-- Returns toys that are open = not closed.
select t.toy, 'a = b' as note
from toy t
left join box b using (toy)
where t.state = 'open' and not exists (select from gone g where g.toy = t.toy) and t.at between 1 and 2
order by t.at desc
limit %(limit)s;

-- name: close_toy
-- Closes a toy.
update toy
set state = 'closed'
where toy = %(toy)s;
"""

ASKING = '''MOST = 3


def ask(name: str) -> str:
    """Ask."""
    if name == "close":
        return "toys/close_toy"
    elif name == "open":
        return "other"
    return name
'''
# A process with nothing in its environment, as the one that parses bytes from outside.
ASKING_TESTS = """import os
import subprocess
import sys

from hub.asking import ask


def test_closing():
    assert ask("close")


def test_child():
    code = f"import sys; sys.path.insert(0, {os.getcwd()!r}); from hub.asking import ask; ask('close')"
    subprocess.run([sys.executable, "-I", "-c", code], env={}, check=True)


def test_other():
    assert ask("other")
"""


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    for name, text in {
        "pytest.ini": "[pytest]\npythonpath = .\naddopts = --import-mode=importlib\n",
        "hub/__init__.py": "",
        "hub/toy.py": MODULE,
        "tests/hub/test_toy.py": TESTS,
        "warehouse_sql/statements/toys.sql": STATEMENTS,
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return root


def changed(root: Path, path: str) -> set[tuple[str, str]]:
    made = python_edits(root, path) if path.endswith(".py") else sql_edits(root, path)
    return {
        (edit.operator, line[1:].strip())
        for edit in made
        for line in edit.diff(root).splitlines()
        if line.startswith("+")
    }


def test_python_is_broken_where_it_runs(toy: Path) -> None:
    found = changed(toy, "hub/toy.py")
    assert found >= {
        ("flip", "if (points >= 0) or points > top:"),
        ("boundary", "if points < 0 or (points >= top):"),
        ("swap and/or", "if (points < 0 and points > top):"),
        ("drop a condition", "if (points > top):"),
        ("swap branches", 'return "good" if (not (points >= 5)) else "poor"'),
        ("constant", "def grade(points: int, top: int = 11) -> str:"),
        ("return None", "return None"),
    }
    assert not any("points + 2" in line for _, line in found), "places within an f-string cannot be trusted"


def test_sql_is_broken_outside_of_comments_and_texts(toy: Path) -> None:
    found = changed(toy, "warehouse_sql/statements/toys.sql")
    head, rest = "where t.state = 'open'", " and t.at between 1 and 2"
    gone = " and not exists (select from gone g where g.toy = t.toy)"
    assert found == {
        ("equal to unequal", head.replace("=", "<>") + gone + rest),
        ("equal to unequal", head + gone.replace("=", "<>") + rest),
        ("not exists to exists", head + gone.replace("not ", "") + rest),
        ("drop a condition", "where true" + gone + rest),
        ("drop a condition", head + " and true" + rest),
        ("drop a condition", head + gone.replace("g.toy = t.toy", "true") + rest),
        ("drop a condition", head + gone + " and true"),
        ("equal to unequal", "where toy <> %(toy)s;"),
        ("drop a condition", "where true;"),
        ("outer to inner join", "join box b using (toy)"),
        ("order", "order by t.at asc"),
        ("drop the limit", ";"),
        ("drop the order", ""),
    }


def test_a_sample_is_the_same_for_its_seed_and_takes_no_line_twice(toy: Path) -> None:
    one = sample(toy, ["hub", "warehouse_sql"], 6, 1)
    assert one == sample(toy, ["hub", "warehouse_sql"], 6, 1)
    assert one != sample(toy, ["hub", "warehouse_sql"], 6, 2)
    assert [edit.path.partition("/")[0] for edit in one] == ["hub"] * 3 + ["warehouse_sql"] * 3
    assert len({(edit.path, edit.first) for edit in one}) == 6
    delivered = toy / "hub" / "sample.sql"  # a dump in an encoding of its own
    delivered.write_bytes("insert into t values ('鼠' = 1);".encode("gbk"))
    assert sample(toy, ["hub", "warehouse_sql"], 6, 1) == one


def test_the_map_names_the_chosen_tests_a_line_also_after_it_has_moved(toy: Path, tmp_path: Path) -> None:
    key = 'grade|return "good" if points >= 5 else "poor"'
    tests = "tests/hub/test_toy.py::"
    known = CoverageMap({"hub/toy.py": {key: {f"{tests}test_grades"}, "grade|raise": {f"{tests}test_top"}}}, {})
    known.write(tmp_path / "map.json")
    assert CoverageMap.read(tmp_path / "map.json") == known
    (toy / "hub" / "toy.py").write_text('"""A toy,\n\nmoved."""\n' + MODULE.partition("\n")[2], "utf-8")
    (last,) = [edit for edit in edits(toy, "hub") if edit.operator == "return None"]
    assert chosen_tests(last, toy, known) == ([f"{tests}test_grades"], True)
    first = next(edit for edit in edits(toy, "hub") if edit.operator == "flip")
    assert chosen_tests(first, toy, known)[0] == [f"{tests}test_grades", f"{tests}test_top"], "those of its function"
    assert chosen_tests(last, toy, CoverageMap()) == (["tests/hub/test_toy.py", "tests/hub"], False)
    assert mirrored(toy, "hub/deep/er.py") == toy / "tests" / "hub"
    folder = ["tests/hub/test_toy.py", "tests/hub"]
    assert other_tests(last, toy) == folder
    (toy / SENTENCES).touch()
    assert other_tests(replace(last, new='sentence("toy.bad")'), toy) == [SENTENCES, *folder]
    (toy / "hub" / "toy.py").write_text('"""A toy.\n\n>>> 1\n1\n"""\n' + 30 * "#", "utf-8")
    assert other_tests(last, toy) == [f"{EXAMPLES}[hub.toy]", *folder]


def test_a_view_is_tested_by_those_that_name_it(toy: Path) -> None:
    view = "create view mart.toys as\nselect * from toy where open or new;\n"
    (toy / "warehouse_sql" / "schema").mkdir()
    (toy / "warehouse_sql" / "schema" / "1_toys.sql").write_text(view, "utf-8")
    (toy / "tests" / "hub" / "test_marts.py").write_text("def test_toys():\n    ask('mart.toys')\n", "utf-8")
    edit = next(each for each in edits(toy, "warehouse_sql") if each.path.endswith("1_toys.sql"))
    (toy / "tests" / "warehouse").mkdir()
    assert chosen_tests(edit, toy, CoverageMap()) == (["tests/hub/test_marts.py", "tests/warehouse"], False)


def test_a_statement_is_tested_by_those_that_name_it(toy: Path) -> None:
    test = "def test_closing():\n    ask('toys/x')\n    ask(\"toys/close_toy\")\n"
    (toy / "tests" / "hub" / "test_sql.py").write_text(test, "utf-8")
    last = edits(toy, "warehouse_sql")[-1]
    assert chosen_tests(last, toy, CoverageMap())[0] == ["tests/hub/test_sql.py::test_closing"]


def test_breakages_are_noticed_or_survive(toy: Path, tmp_path: Path) -> None:
    copy = Copy(toy, tmp_path / "copy")
    tried = {edit.name: edit for edit in edits(toy, "hub")}
    flip, boundary = (
        next(edit for edit in tried.values() if edit.operator == kind and "5" in edit.new)
        for kind in ("flip", "boundary")
    )
    top = next(edit for edit in tried.values() if edit.new == "11")
    assert [copy.try_edit(edit, CoverageMap()).outcome for edit in (flip, boundary, top)] == [
        "noticed", "noticed", "survived",
    ]  # fmt: skip
    assert (copy.folder / "hub" / "toy.py").read_text("utf-8") == MODULE, "each is taken back"
    (copy.folder / "tests" / "hub" / "test_toy.py").write_text(TESTS.replace("poor", "bad"), "utf-8")
    assert copy.try_edit(top, CoverageMap()).outcome == "unsound", "a test that fails anyway notices nothing"


def test_a_run_writes_a_report_and_goes_on_where_it_was(
    toy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    work = tmp_path / "work"
    command = ["--root", str(toy), "--work", str(work), "run", "--seed", "1", "--folder", "hub", "--sample", "3"]
    assert main([*command, "--minutes", "-1"]) == 0
    assert main(command) == 1
    told = [json.loads(line) for line in (work / "seed-1.jsonl").read_text("utf-8").splitlines()]
    assert len(told) == 3
    page = (work / "seed-1.md").read_text("utf-8")
    noticed = [each["outcome"] for each in told].count("noticed")
    assert f"{noticed} noticed, {3 - noticed} survived, 0 timeout, 0 unsound" in page
    assert page.count("```diff") == 3 - noticed
    capsys.readouterr()
    main(command)
    assert capsys.readouterr().out.splitlines() == [f"3 of 3 tried: {work / 'seed-1.md'}"]


def test_lines_are_recorded_for_their_tests(toy: Path, tmp_path: Path) -> None:
    shutil.copytree(Path(__file__).parent, toy / "tests" / "mutation", ignore=shutil.ignore_patterns("test_*"))
    (toy / "tests" / "__init__.py").touch()
    (toy / "hub" / "asking.py").write_text(ASKING, "utf-8")
    (toy / "tests" / "hub" / "test_asking.py").write_text(ASKING_TESTS, "utf-8")
    work = tmp_path / "work"
    assert main(["--root", str(toy), "--work", str(work), "probe", "--sample", "1000", "tests/hub"]) == 0
    known = CoverageMap.read(work / "map.json")
    grades, top = (f"tests/hub/test_toy.py::test_{name}" for name in ("grades", "top"))
    assert known.lines["hub/toy.py"] == {
        "grade|def grade(points: int, top: int = 10) -> str:": {grades, top},
        "grade|if points < 0 or points > top:": {grades, top},
        'grade|return "good" if points >= 5 else "poor"': {grades, top},
    }
    closing, child, other = (f"tests/hub/test_asking.py::test_{name}" for name in ("closing", "child", "other"))
    assert known.lines["hub/asking.py"] == {
        "|MOST = 3": {child},
        "ask|def ask(name: str) -> str:": {closing, child, other},
        'ask|if name == "close":': {closing, child, other},
        'ask|return "toys/close_toy"': {closing, child},
        'ask|elif name == "open":': {other},
        "ask|return name": {other},
    }
    assert set(known.seconds) == {grades, top, closing, child, other}
    closes = edits(toy, "warehouse_sql")[-1]
    assert set(chosen_tests(closes, toy, known)[0]) == {closing, child}


@pytest.mark.parametrize(("environment", "seconds", "code"), [("None", 60, 0), ("{}", 4, None)])
def test_a_trial_leaves_no_process(
    toy: Path, tmp_path: Path, environment: str, seconds: float, code: int | None
) -> None:
    marker = f"601.{seconds}"
    sleeping = f"""import subprocess
import time


def test_grades():
    left = subprocess.Popen(["sleep", "{marker}"], start_new_session=True, env={environment})
    assert left.poll() is None
    time.sleep({0 if code == 0 else 60})
"""
    (toy / "tests/hub/test_toy.py").write_text(sleeping, "utf-8")
    assert Copy(toy, tmp_path / "copy").pytest(["tests/hub"], seconds)[0] == code
    left = [each for each in psutil.process_iter(["cmdline"]) if each.info["cmdline"] == ["sleep", marker]]
    assert not [each for each in left if is_alive(each)]


def test_a_breakage_that_the_map_misses_is_tried_with_the_folder_that_mirrors_it(toy: Path, tmp_path: Path) -> None:
    edit = next(each for each in python_edits(toy, "hub/toy.py") if each.first == 7)
    (toy / "tests/hub/test_other.py").write_text("def test_nothing():\n    pass\n", "utf-8")
    other = "tests/hub/test_other.py::test_nothing"
    known = CoverageMap({"hub/toy.py": {"grade|" + MODULE.splitlines()[6].strip(): {other}}}, {other: 0.1})
    outcome = Copy(toy, tmp_path / "copy").try_edit(edit, known)
    assert (outcome.outcome, outcome.tests) == ("noticed", ["tests/hub/test_toy.py", "tests/hub"])
    outcome = Copy(toy, tmp_path / "copy", near=True).try_edit(edit, known)
    assert (outcome.outcome, outcome.tests) == ("noticed", ["tests/hub/test_toy.py"])
