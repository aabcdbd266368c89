"""A file of a package that cannot be read is named by what is said of it, whatever its format."""

from __future__ import annotations

import struct
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.support.books import Described, compound, ods, packed
from tests.support.delivered import here

if TYPE_CHECKING:
    from pathlib import Path

MEMBER = "2026/三月.bin"
FILEPASS = struct.pack("<HHHH", 0x002F, 4, 0, 0)
BOF = struct.pack("<HHHHHHI", 0x0809, 12, 0x0600, 0x0005, 0, 0, 0)
EOF = struct.pack("<HH", 0x000A, 0)


def locked_ods(folder: Path) -> bytes:
    path = folder / "plain.ods"
    path.write_bytes(ods(Described([["a"], ["1"]])))
    with zipfile.ZipFile(path) as package:
        parts: dict[str, bytes | str] = {name: package.read(name) for name in package.namelist()}
    return packed(parts | {"META-INF/manifest.xml": "<manifest:encryption-data/>"})


FILES = {
    "ods": (locked_ods, {"kind": "ods"}, "FILE_LOCKED"),
    "xlsx": (lambda _: compound({"EncryptedPackage": bytes(64)}), {"kind": "xlsx"}, "FILE_LOCKED"),
    "xls": (lambda _: compound({"Workbook": BOF + FILEPASS + EOF}), {"kind": "xls"}, "FILE_LOCKED"),
    "xml": (
        lambda _: b"<r><x " + b" ".join(b"a%d='1'" % at for at in range(2001)) + b"/></r>",
        {"kind": "xml", "records": "r/x"},
        "READER_LIMIT",
    ),
    "empty": (lambda _: b"", {"kind": "parquet"}, "EMPTY_FILE"),
    "parquet": (lambda _: b"PAR1" + bytes(20) + b"PAR1", {"kind": "parquet"}, "BAD_DOCUMENT"),
    "json": (lambda _: b'{"a": [1, 2}', {"kind": "json"}, "BAD_DOCUMENT"),
    "csv": (lambda _: b"a,b\n1,2\n", {"kind": "csv", "delimiter": ";", "expected": ["a", "b"]}, "WRONG_DELIMITER"),
}


@pytest.mark.parametrize("name", FILES)
def test_what_is_refused_is_named(name: str, tmp_path: Path) -> None:
    made, agreed, code = FILES[name]
    path = tmp_path / "member"
    path.write_bytes(made(tmp_path))
    outcome = here(path, member=MEMBER, **agreed)
    assert [(finding.code, finding.file) for finding in outcome.verdict] == [(code, MEMBER)]
