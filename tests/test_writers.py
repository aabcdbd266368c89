"""Files of this machine are written in one place, `hub/durable.py`; what writes elsewhere has a reason."""

from __future__ import annotations

import ast

from tests.support.code_tree import PRODUCTION, syntax_tree

NAMING = {"fsync", "fdatasync", "rename", "replace", "renames", "link", "O_CREAT", "mkstemp", "NamedTemporaryFile"}
WRITING = {"write_text", "write_bytes", "touch", "hardlink_to"}
OF_TEXT = {"replace", "rename"}  # of a path with one argument; `str.replace` has two, `datetime.replace` has names

# Which calls may stand in which file, and why what they write need not be on disk at once.
OTHERS = {
    "connectors/http/source.py": ({"open", "replace"}, "pages in a cache, which are known by their hash; a download"),
    "connectors/inbox/partner_folder.py": ({"rename"}, "moves a partner's file; the claim syncs the folders"),
    "connectors/raw_store.py": ({"open"}, "a copy in scratch, whose bytes go to a server"),
    "connectors/readers/archive/gzip.py": ({"open"}, "unpacked into scratch"),
    "connectors/remote/store.py": ({"open"}, "a download, which the raw store copies"),
    "connectors/sql/source.py": ({"open"}, "a delivery in the making, which the raw store copies"),
    "pages/portal/upload_store.py": ({"open", "fsync"}, "a piece of an upload, put where it belongs and synced"),
    "pipeline/reports/unmapped/worksheet.py": ({"write_bytes"}, "a place that a person names, such as a pipe"),
    "pipeline/transform/crashes.py": ({"open"}, "the witness of a crash; a power cut is none"),
    "pipeline/transform/staging.py": ({"open"}, "the work store, which may be a server's; its `meta.json` comes last"),
    "stack/cluster.py": ({"open"}, "a file in memory"),
    "stack/doctor.py": ({"NamedTemporaryFile", "write_bytes"}, "probes"),
    "stack/home.py": ({"open"}, "a lock"),
    "stack/processes.py": ({"open", "replace"}, "logs"),
}


def _writes(node: ast.AST) -> str | None:
    """Return the name of a call that writes, names or syncs a file; None for any other node."""
    if isinstance(node, ast.Attribute) and node.attr == "O_CREAT":
        return node.attr
    if not isinstance(node, ast.Call):
        return None
    owner, _, name = ast.unparse(node.func).rpartition(".")
    if name == "open":
        return name if _mode(node) & set("wxa+") else None
    if name in OF_TEXT and owner != "os" and (len(node.args) != 1 or node.keywords):
        return None
    return name if name in NAMING | WRITING else None


def _mode(call: ast.Call) -> set[str]:
    given = [*call.args, *(each.value for each in call.keywords if each.arg == "mode")]
    modes = [each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return {sign for mode in modes if set(mode) <= set("rwxabt+") for sign in mode}


def test_files_are_written_in_one_place() -> None:
    found: dict[str, set[str]] = {}
    for path in PRODUCTION:
        calls = {_writes(node) for node in ast.walk(syntax_tree(path))} - {None}
        if calls and str(path) != "hub/durable.py":
            found[str(path)] = {call for call in calls if call}
    assert found == {path: calls for path, (calls, _) in OTHERS.items()}, "write through hub/durable.py"
