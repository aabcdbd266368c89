"""One pattern says which files are deliveries, in folders and at servers."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from connectors.base import Limits
from connectors.delivery_names import DONE, DOT_PREFIXES, MANIFEST, UNFINISHED, Kind, kind_of
from connectors.inbox.confined import Folder
from connectors.inbox.partner_folder import Inbox
from connectors.remote.listing import Entry, Known, read_listing
from hub.errors import WrongUsage
from pipeline.intake.drop import drop_file
from tests.support.code_tree import PRODUCTION, syntax_tree

if TYPE_CHECKING:
    from pathlib import Path

NAMES = {
    "a.csv": Kind.DELIVERY,
    "A.CSV": Kind.DELIVERY,
    "..a.csv": Kind.DELIVERY,
    "a.partial": Kind.DELIVERY,
    "part": Kind.DELIVERY,
    "a.csv.manifest.json": Kind.MANIFEST,
    "a.Manifest.JSON": Kind.MANIFEST,
    "a.csv.done": Kind.DONE,
    "a.csv.DONE": Kind.DONE,
    ".a.csv": Kind.IGNORED,
    ".a.csv.done": Kind.IGNORED,
    "~$a.xlsx": Kind.IGNORED,
    "a.csv.part": Kind.IGNORED,
    "a.csv.TMP": Kind.IGNORED,
    "a.csv.filepart": Kind.IGNORED,
    "a.csv.crdownload": Kind.IGNORED,
    "a.csv.swp": Kind.IGNORED,
}


@pytest.mark.parametrize("name", NAMES)
def test_what_a_file_is(name: str) -> None:
    assert kind_of(name) is NAMES[name]


def test_a_folder_and_a_server_take_the_same_files(tmp_path: Path) -> None:
    for name in NAMES:
        (tmp_path / name).touch()
    with Folder.at(tmp_path) as folder:
        here = {name for name, _ in Inbox(folder, tmp_path / "own").files(manifests=True)}
    entries = [Entry(f"/in/{name}", name, 1, (1,)) for name in NAMES]
    there = read_listing(entries, Known({}), Limits(), "sftp://x", leave=False)
    assert {each.name for each in (*there.fresh, *there.manifests)} == here
    assert here == {name for name, kind in NAMES.items() if kind in {Kind.DELIVERY, Kind.MANIFEST}}
    assert {each.name for each in there.manifests} == {name for name, kind in NAMES.items() if kind is Kind.MANIFEST}
    assert there.completed == {"a.csv"}


def test_a_name_that_nobody_looks_at_is_not_dropped(home: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv.part").touch()
    with pytest.raises(WrongUsage, match="passes over"):
        drop_file(tmp_path / "a.csv.part", "a/f")
    assert not [path for path in home.rglob("*") if path.is_file()]


def test_no_other_module_has_a_pattern_of_its_own() -> None:
    signs = {MANIFEST, DONE, *UNFINISHED, *DOT_PREFIXES[1:]}
    ours = {"connectors/delivery_names.py", "hub/durable.py"}  # the latter names its own drafts
    found = {
        f"{path}:{node.lineno} {node.value}"
        for path in PRODUCTION
        if str(path) not in ours
        for node in ast.walk(syntax_tree(path))
        if isinstance(node, ast.Constant) and node.value in signs
    }
    assert not found, "ask connectors.delivery_names"
