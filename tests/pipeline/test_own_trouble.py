"""The trouble of one file, folder or source stays its own: that source fails, named, with a cure; the others go on."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from cli.screen import guarded
from connectors.inbox.exchange import exchange_folder
from hub.settings import settings
from pipeline.checks.inbox import check_ready
from pipeline.receipts import publish
from pipeline.steps.recovery import sweep
from pipeline.steps.runner import run
from stack.doctor import diagnose
from tests.support.exchange import ask, batches, drop
from tests.support.partners.base import own
from tests.support.small_source import MAPPING, SMALL, SmallSource, fires

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("warehouse")
AFTER = "hn_zzz/fires"  # sorts after the source that is in trouble
FAULT = 3


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallSource:
    root = tmp_path / "sources"
    monkeypatch.setenv("RISKHUB_SOURCES", str(root))
    settings.cache_clear()
    small = SmallSource(root)
    shutil.copytree(small.folder.parent, root / "hn_zzz")
    (root / AFTER / "mapping.yml").write_text(MAPPING.replace("hn_small", "hn_zzz"), "utf-8")
    return small


def folder(part: str) -> Path:
    return exchange_folder(SMALL) / part


def no_folder(part: str) -> Callable[[SmallSource], object]:
    def spoil(_: SmallSource) -> None:
        place = folder(part)
        place.rmdir()
        place.touch()

    return spoil


def mapping(text: str) -> Callable[[SmallSource], object]:
    return lambda small: (small.folder / "mapping.yml").write_text(text, "utf-8")


TROUBLE: dict[str, Callable[[SmallSource], object]] = {
    "in is a file": no_folder("in"),
    "check is a file": no_folder("check"),
    "out is a file": no_folder("out"),
    "the hub's own place of it is a file": lambda _: (own(SMALL).parent.mkdir(parents=True), own(SMALL).touch()),
    "a mapping that is no YAML": mapping("a: [\n"),
    "a mapping with a day that is none": mapping(MAPPING + "since: 2026-02-30\n"),
    "a mapping that is too deep": mapping("[" * 5000),
    "a mapping that is a list": mapping("- a\n"),
    "a mapping with a key that is a list": mapping(MAPPING + "? [a]\n: b\n"),
    "a mapping that is a folder": lambda small: (
        (small.folder / "mapping.yml").unlink(),
        (small.folder / "mapping.yml").mkdir(),
    ),
    "a crosswalk that is no text": lambda small: (small.folder / "crosswalks/cause.csv").write_bytes(b"\xff\xfe\x00"),
}


@pytest.mark.parametrize("trouble", TROUBLE)
def test_a_source_in_trouble_stops_no_other(
    sources: SmallSource, trouble: str, capsys: pytest.CaptureFixture[str]
) -> None:
    exchange_folder(SMALL)
    exchange_folder(AFTER)
    TROUBLE[trouble](sources)
    drop(AFTER, "1.csv", fires("F1"))
    assert guarded(["run", "--json"]) == FAULT
    printed = capsys.readouterr()
    (done,) = json.loads(printed.out)
    assert (done["source"], done["state"]) == (AFTER, "acknowledged")
    said = "".join(printed.err.split())  # lines are folded
    assert SMALL in said
    assert "zzz" not in said
    assert "next:" in printed.err, "a cure"
    assert sweep()["waiting"] == 0
    unwell = [each for each in diagnose() if not each.fine and each.name in {"exchange", "sources"}]
    seen_there = ["exchange"] if trouble.split(maxsplit=1)[0] in {"in", "check", "out"} else ["sources"]
    assert [each.name for each in unwell] == ([] if "own place" in trouble else seen_there)
    assert all(each.cure for each in unwell)


def test_what_somebody_puts_among_the_claims_is_not_looked_at(sources: SmallSource) -> None:
    assert sources
    claims = own(SMALL) / "claims"
    claims.mkdir(parents=True)
    (claims / "stray").touch()
    (claims / "zzz").mkdir()
    (claims / "zzz" / "q.csv").write_bytes(fires("Q1"))
    (claims / "20260101-000000-00000000").symlink_to(settings().home)
    drop(SMALL, "1.csv", fires("F1"))
    assert guarded(["run"]) == 0
    assert [each["file"] for each in batches(SMALL)] == ["1.csv"]
    checks = own(SMALL, "check") / "claims"
    checks.mkdir(parents=True, exist_ok=True)
    (checks / "zzz").mkdir()
    (checks / "zzz" / "q.csv").write_bytes(fires("Q1"))
    assert check_ready(SMALL) == []


def test_a_folder_in_which_one_answer_cannot_stand_keeps_no_other_back(sources: SmallSource) -> None:
    assert sources
    out = folder("out")
    drop(SMALL, "1.csv", fires("F1"))
    ordinary = publish.publish
    seen: list[str] = []

    def blocked(name: str, document: str, body: bytes) -> None:
        """Let the sender stop the receipt of the first batch by a folder of its name."""
        if document.endswith(".receipt.json") and not seen:
            seen.append(document)
            (out / document / "full").mkdir(parents=True)
        ordinary(name, document, body)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publish, "publish", blocked)
        drop(SMALL, "2.csv", fires("F2"))
        drop(AFTER, "3.csv", fires("F3"))
        assert guarded(["run"]) == FAULT
    assert {each["file"]: each["state"] for each in batches()} == {
        "1.csv": "loaded",
        "2.csv": "acknowledged",
        "3.csv": "acknowledged",
    }
    shutil.rmtree(out / seen[0])
    sweep()
    assert {each["state"] for each in batches()} == {"acknowledged"}


def test_bytes_that_change_after_the_claim_are_not_what_is_read(sources: SmallSource) -> None:
    """The sender may keep its file open: what is judged, hashed and loaded are the bytes of one moment."""
    assert sources
    changed: list[int] = []

    def change(path: Path) -> None:
        with path.open("r+b") as writer:
            writer.write(b"no,at,cause,note\nEVIL,2026")
            changed.append(1)

    for part in ("in", "check"):
        path = folder(part) / "a.csv"
        path.write_bytes(fires("GOOD"))
        with pytest.MonkeyPatch.context() as patch:
            held = os.open(path, os.O_RDONLY)
            name = "pipeline.intake.receive.ledger.register_batch" if part == "in" else "pipeline.checks.inbox.check"
            module, _, attribute = name.rpartition(".")
            ordinary = _named(module, attribute)

            def meanwhile(*args: object, held: int = held, ordinary: object = ordinary, **more: object) -> object:
                from pathlib import Path  # noqa: PLC0415

                change(Path(f"/proc/self/fd/{held}"))
                return ordinary(*args, **more)  # type: ignore[operator]

            patch.setattr(name, meanwhile)
            if part == "in":
                run(SMALL)
            else:
                check_ready(SMALL)
            os.close(held)
    assert len(changed) == 2
    assert [row["no"] for row in ask("select source_record_no as no from core.fire_incident")] == ["GOOD"]
    (answer,) = (folder("out")).glob("*.check.json")
    assert "EVIL" not in answer.read_text("utf-8")


def _named(module: str, attribute: str) -> object:
    from importlib import import_module  # noqa: PLC0415

    try:
        return getattr(import_module(module), attribute)
    except ModuleNotFoundError:
        above, _, name = module.rpartition(".")
        return getattr(getattr(import_module(above), name), attribute)
