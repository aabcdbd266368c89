"""The corpus of hostile deliveries: each ends in rows or in a verdict, soon, and never in a crash or a wrong value."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.csv_judge import require_rows_of_python
from tests.support.delivered import here, worked
from tests.support.hostile.verdicts import CASES, SOON, judged_as, timely

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.delivered import Outcome

SAMPLES = "hostile/generated/samples"
OTHER_CSV = {
    "duckdb-csv": {
        "read": 681,
        "WRONG_ENCODING": 214,
        "DUPLICATE_COLUMN": 22,
        "TRUNCATED_FILE": 21,
        "NO_HEADER": 17,
        "EMPTY_FILE": 11,
    },
    "messytables-horror": {"read": 12, "WRONG_ENCODING": 3, "DUPLICATE_COLUMN": 1},
}
# What a parser of JSON may read or refuse, and what is read of it.
UNDECIDED: dict[str, dict[str, str]] = {
    "i_string_UTF-16LE_with_BOM.json": {".": "é"},
    "i_structure_UTF-8_BOM_empty_object.json": {},
}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "agreed", "expected"), CASES, ids=[name for name, _, _ in CASES])
def test_generated(shared: Callable[[str], Path], name: str, agreed: dict[str, Any], expected: Any) -> None:
    assert judged_as(shared(f"{SAMPLES}/{name}"), agreed) == expected


def test_every_case_of_the_corpus_is_judged(shared: Callable[[str], Path]) -> None:
    lines = shared(f"{SAMPLES}/expected.tsv").read_text("utf-8", "surrogateescape").splitlines()[1:]
    classes = {line.split("\t")[0]: line.split("\t")[2] for line in lines}
    readable = {case for case, kind in classes.items() if kind in ("csv", "json", "xml", "xlsx", "zip")}
    assert readable == {name.rpartition(".")[0] for name, _, _ in CASES}


@pytest.mark.slow
@pytest.mark.parametrize("corpus", ["xml-defusedxml/xmltestdata", "archive-safearchive/zip", "archive-safearchive/tar"])
def test_other_corpora(shared: Callable[[str], Path], corpus: str) -> None:
    agreed = {"kind": "xml"} if "xml" in corpus else {"kind": "csv", "archive": "zip"}
    for path in sorted(shared(f"hostile/{corpus}").iterdir()):
        outcome = timely(path, **agreed)
        declares = "xml" in corpus and b"<!DOCTYPE" in path.read_bytes()
        assert ("DOCTYPE_REFUSED" in outcome.codes) == declares
        if "archive" in corpus:
            assert outcome.verdict, path  # all of them are traps; those with links and paths above all
            assert not outcome.rows


@pytest.mark.slow
@pytest.mark.parametrize("corpus", OTHER_CSV)
def test_other_peoples_csv(shared: Callable[[str], Path], corpus: str) -> None:
    """In one process, since there are a thousand: the rows that Python reads, or a verdict with its reason."""
    files = [path for path in sorted(shared(f"hostile/{corpus}").rglob("*")) if path.suffix in (".csv", ".tsv")]
    seen = Counter[str]()
    for path in files:
        before = worked()
        delimiter = "\t" if path.suffix == ".tsv" else ","
        outcome = here(path, kind="csv", delimiter=delimiter)
        assert worked() - before < SOON, path
        seen[outcome.verdict[0].code if outcome.verdict else "read"] += 1
        text = decoded(path, outcome)
        assert (text is None) == ("WRONG_ENCODING" in outcome.codes), path
        if text is not None and not outcome.verdict:
            require_rows_of_python(outcome, text, delimiter)
    assert seen == OTHER_CSV[corpus]


def decoded(path: Path, outcome: Outcome) -> str | None:
    """Return the text of a file in UTF-8, or in what its mark says; None if it is in no such encoding."""
    marked = [finding.value for finding in outcome.findings if finding.code == "ENCODING_CONTRADICTED"]
    content, errors = path.read_bytes(), "replace" if "TRUNCATED_FILE" in outcome.codes else "strict"
    try:
        return content.decode(marked[0] or "" if marked else "utf-8", errors).removeprefix("\ufeff")
    except UnicodeDecodeError:
        return None


@pytest.mark.slow
def test_json_test_suite(shared: Callable[[str], Path]) -> None:
    """All `y_` are read, no `n_` is; of the undecided `i_` only those that lose nothing are read."""
    folder = shared("hostile/jsontestsuite")
    files = sorted(folder.rglob("*.json"))
    assert len(files) > 300
    for path in files:
        outcome = here(path, kind="json")
        if path.name.startswith("y_"):
            doubled = "duplicated_key" in path.name  # valid, but one of the two values would be lost
            assert bool(outcome.verdict or outcome.faults) == doubled, path
        elif path.name.startswith("n_"):
            assert outcome.verdict or outcome.faults, path
        elif path.name.startswith(("i_number_", "number_")):  # too large for a program, not for a text
            assert [[*cells.values()] for cells in outcome.cells] == [[path.read_text("utf-8").strip("[]\n")]], path
        elif path.name in UNDECIDED:
            assert outcome.cells == [UNDECIDED[path.name]], path
        elif path.name.startswith("i_"):
            assert outcome.verdict or outcome.faults, path
