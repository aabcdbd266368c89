"""The hooks before a commit run what `make lint` runs, neither more nor less."""

from __future__ import annotations

import re

import yaml

from hub.settings import PROJECT


def test_the_hooks_and_make_lint_run_the_same_commands() -> None:
    makefile = (PROJECT / "Makefile").read_text("utf-8")
    recipe = re.search(r"^lint:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    assert recipe
    linted = [line.strip().removeprefix("@").replace("$(BIN)", ".venv/bin") for line in recipe[1].splitlines()]
    (local,) = yaml.safe_load((PROJECT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    assert local["repo"] == "local", "a hook downloads nothing"
    assert {hook["language"] for hook in local["hooks"]} == {"system"}
    assert all(hook["always_run"] and not hook["pass_filenames"] for hook in local["hooks"])
    assert [hook["entry"] for hook in local["hooks"]] == linted
