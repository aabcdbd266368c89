"""Manifests: hostile until checked; signed over one canonical form; keys with their times."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import rfc8785
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from connectors.manifest import Key, parse, period_of, prose, signature_fault, signed
from connectors.manifest.ed25519 import new_pair, private_key, public_key
from connectors.manifest.errors import MOST
from connectors.manifest.manifest import SCHEMA
from connectors.manifest.strict_json import NotStrict, loads
from hub.errors import RejectBatch
from hub.i18n import LANGUAGES, say
from validation.catalogue import render

if TYPE_CHECKING:
    from pathlib import Path

    from hub.finding import Finding

CHINESE = re.compile("[\u4e00-\u9fff]")
SHA = "0" * 64
ENDLESS = 30  # seconds of the processor: what backtracks or counts in squares takes far longer
GOOD: dict[str, Any] = {
    "riskhub_manifest": 1,
    "source": "hn_fire/incidents",
    "operation": "new",
    "files": [{"name": "火灾 5月.csv", "sha256": SHA, "bytes": 3, "rows": 1}],
    "sequence": 7,
    "period": "2026-05",
}
NOW = datetime(2026, 6, 1, tzinfo=UTC)
SECRET = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def without(*names: str, **more: Any) -> dict[str, Any]:
    return {name: value for name, value in (GOOD | more).items() if name not in names}


def refusal(data: Any) -> str:
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    with pytest.raises(RejectBatch) as fault:
        parse(body, "x.manifest.json")
    findings = fault.value.findings
    assert {(found.code, found.file) for found in findings} == {("MANIFEST_INVALID", "x.manifest.json")}
    said = {language: " ".join(told(found, language) for found in findings) for language in LANGUAGES}
    assert len(said["en"]) < 1_500
    assert CHINESE.search(said["zh"])
    return said["en"]


def told(found: Finding, language: str) -> str:
    return render(found.code, language, **vars(found)).message


def test_a_good_one() -> None:
    found = parse(b"\xef\xbb\xbf" + prose(GOOD))
    assert (found.source, found.operation, found.sequence) == ("hn_fire/incidents", "new", 7)
    assert (found.files[0].name, found.files[0].rows) == ("火灾 5月.csv", 1)
    assert found.period == (date(2026, 5, 1), date(2026, 5, 31))
    jsonschema.Draft202012Validator.check_schema(json.loads(SCHEMA.read_text("utf-8")))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b'{"a": 1, "a": 2}', "twice"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": 1.5}', "whole"),
        (b'{"a": 1e3}', "whole"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "too large"),
        (b'{"a": 9007199254740993}', "16 digits"),
        (b"[" * 900_000, "deeper"),
        (b'{"a": "' + b'\\"' * 500_000, "not JSON; look at line 1"),
        (b"x" * ((1 << 20) + 1), "larger"),
        (b"\xff\xfe{\x00", "UTF-8"),
        (b'{"a": "\\ud800"}', "surrogate"),
        (b'{"a": "x\\u0000"}', "control"),
        (b"", "not JSON"),
        (b"[]", "it must be an object. Found there: a list."),
        (b"null", "it must be an object. Found there: nothing."),
    ],
)
def test_doubtful_json_is_refused_at_once(body: bytes, why: str) -> None:
    begun = time.process_time()
    assert why in refusal(body)
    assert time.process_time() - begun < ENDLESS


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (without("source"), "it lacks source"),
        (
            without(operation="delete"),
            "because of “operation”: it must be one of new, correct, withdraw, zero. Found there: delete.",
        ),
        (without(surprise=1), "Found there: surprise."),
        (without(sequence=0), "because of “sequence”: it must be 1 or more. Found there: 0."),
        (without(sequence=True), "“sequence”: it must be a whole number. Found there: true or false."),
        (without(period="May"), "May"),
        (without(period="2026-02-30"), "a day that exists"),
        (without(period="2026-06/2026-05"), "ends before"),
        (without("files"), "needs exactly one"),
        (without(operation="zero"), "goes without files"),
        (without("files", "period", operation="zero"), "period"),
        (without(operation="correct"), "corrects"),
        (without(corrects=3), "corrects"),
        (without(operation="withdraw", withdraws=3), "exactly one"),
        (without(keys=[["1"]]), "goes without keys"),
        (
            without(files=[{"name": "a.csv", "sha256": SHA[:-1]}]),
            "“files.0.sha256”: it must be 64 lower-case hexadecimal",
        ),
        (without(files=[{"name": "a.csv", "sha256": SHA + "\n"}]), "control"),
        (without(files=[{"name": f"a{n}.csv", "sha256": f"{n:064}"} for n in range(101)]), "100"),
        (without(files=[{"name": "A.csv", "sha256": SHA}, {"name": "a.csv", "sha256": "1" * 64}]), "look the same"),
        (
            without(files=[{"name": "\u00e9.csv", "sha256": SHA}, {"name": "e\u0301.csv", "sha256": "1" * 64}]),
            "look the",
        ),
        (without(files=[{"name": "a.csv", "sha256": SHA}, {"name": "b.csv", "sha256": SHA}]), "same content"),
    ],
)
def test_what_a_schema_or_a_rule_forbids(data: dict[str, Any], why: str) -> None:
    assert why in refusal(data)


def test_every_fault_is_told_but_not_endlessly() -> None:
    said = refusal(without("source", sequence=0, sender="", period=3))
    assert [part in said for part in ("lacks source", "“sequence”", "“sender”", "“period”")] == [True] * 4
    many = refusal(without(files=[{"name": f"a{n}.csv", "sha256": "x"} for n in range(50)]))
    assert many.count("64 lower-case") == MOST
    assert "more faults" in many
    begun = time.process_time()
    long = json.dumps(without("files", operation="withdraw", keys=[["1"]] * 150_000), separators=(",", ":"))
    assert "10000 items" in refusal(long.encode())
    assert time.process_time() - begun < ENDLESS


def test_no_value_behind_which_a_person_may_stand_is_repeated() -> None:
    number = "110105194912310026"
    for data in (
        f'{{"a": {number}}}'.encode(),
        without(operation="withdraw", keys=[[number, ""]]),
        without(operation="withdraw", keys=[[number + "x" * 400]]),
        without(sender=number * 20),
        without(reason=number * 40),
        without(signature={"algorithm": "Ed25519", "key": "k", "value": number}),
    ):
        assert number not in refusal(data)


def test_every_word_of_the_schema_has_its_sentence() -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    kinds, forms, types = set(), set(), set()

    def walk(part: Any, name: str) -> None:
        if not isinstance(part, dict):
            return
        kinds.update(part.keys() - {"properties", "items", "$defs", "$ref", "$schema", "$id", "title", "description"})
        forms.update([name] if "pattern" in part else [])
        of = part.get("type", [])
        types.update([of] if isinstance(of, str) else of)
        for at, each in [*part.get("properties", {}).items(), *part.get("$defs", {}).items()]:
            walk(each, at)
        walk(part.get("items"), name)

    walk(schema, "")
    wanted = [
        *(f"manifest.fault.{kind}" for kind in kinds),
        *(f"manifest.form.{form}" for form in forms),
        *(f"manifest.type.{each}" for each in types),
    ]
    assert all(say(key, language, expected="") for key in wanted for language in LANGUAGES)


@pytest.mark.parametrize(
    "name",
    [
        "../a.csv",
        "/etc/passwd",
        "a/b.csv",
        "a\\b.csv",
        "..",
        ".claimed",
        "~$a.xlsx",
        "a\u202evsc.csv",
        "b.manifest.json",
    ],
)
def test_only_plain_names(name: str) -> None:
    assert "plain name" in refusal(without(files=[{"name": name, "sha256": SHA}]))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda s: st.lists(s) | st.dictionaries(st.text(), s),
    )
)
def test_whatever_stands_there_the_answer_is_a_finding(value: Any) -> None:
    for body in (json.dumps(value), json.dumps(GOOD | {"files": value}), json.dumps(GOOD | {"signature": value})):
        with pytest.raises(RejectBatch):
            parse(body.encode("utf-8", "surrogatepass"))


@given(st.binary())
def test_bytes_are_refused_too(body: bytes) -> None:
    with pytest.raises(RejectBatch):
        parse(body)


def test_the_vectors_of_rfc_8785() -> None:
    names = {"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew", "1": "One", "\U0001f600": "Smiley",
             "\u0080": "Control", "\u00f6": "O"}  # fmt: skip
    assert list(json.loads(rfc8785.dumps(names))) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    text = "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/"
    assert rfc8785.dumps({"b": [True, None, -3], "a": text}) == (
        '{"a":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/","b":[true,null,-3]}'.encode()
    )
    with pytest.raises(rfc8785.CanonicalizationError):
        rfc8785.dumps({"a": 2**53})  # strict JSON refuses it and all fractions before


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-9, 9) | st.text("aé€\U0001f600\ufb33"),
        lambda s: st.lists(s) | st.dictionaries(st.text("aé€\U0001f600\ufb33"), s),
    )
)
def test_how_it_is_written_does_not_matter(value: Any) -> None:
    try:
        again = loads(json.dumps(value, indent=3).encode())
    except NotStrict:
        return
    assert rfc8785.dumps(again) == rfc8785.dumps(value)
    assert json.loads(rfc8785.dumps(value)) == value


def test_a_signature_is_pinned_and_others_can_check_it(tmp_path: Path) -> None:
    made = signed(GOOD, SECRET, "2026a")
    assert made["signature"]["value"] == (
        "ZO9fxYcyuuP0kPOW10ALk/SWioe7icucHdHDsHR1f8HoMq6sF0WGk0Gkzg0Yz3ODsxFcXNR/0QLlDVU1oEXNAA=="
    )
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl")
    unsigned = {**made, "signature": {k: v for k, v in made["signature"].items() if k != "value"}}
    (tmp_path / "said").write_bytes(rfc8785.dumps(unsigned))
    (tmp_path / "signature").write_bytes(__import__("base64").b64decode(made["signature"]["value"]))
    pem = SECRET.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "key.pem").write_bytes(pem)
    command = "openssl pkeyutl -verify -rawin -pubin -inkey key.pem -in said -sigfile signature"
    assert subprocess.run(command.split(), cwd=tmp_path, capture_output=True, check=False).returncode == 0


def key(**times: datetime) -> dict[str, Key]:
    return {"2026a": Key("2026a", SECRET.public_key(), **({"valid_from": datetime(2026, 1, 1, tzinfo=UTC)} | times))}


def code(data: dict[str, Any], keys: dict[str, Key]) -> str | None:
    fault = signature_fault(data, keys, NOW)
    return fault and fault.code


def test_a_signature_holds_for_the_whole_manifest() -> None:
    made = signed(GOOD, SECRET, "2026a")
    assert code(made, key()) is None
    assert code(json.loads(prose(made)), key()) is None
    for name, value in (("sequence", 8), ("source", "hn_fire/other"), ("sender", "x"), ("operation", "zero")):
        assert code({**made, name: value}, key()) == "SIGNATURE_BAD", name
    other = {"2026a": Key("2026a", Ed25519PrivateKey.generate().public_key(), datetime(2026, 1, 1, tzinfo=UTC))}
    assert code(made, other) == "SIGNATURE_BAD"
    renamed = {**made, "signature": {**made["signature"], "key": "2026b"}}
    assert code(renamed, {"2026b": key()["2026a"]}) == "SIGNATURE_BAD", "the name of the key is signed too"
    assert code(GOOD, key()) == "SIGNATURE_MISSING"
    assert code(renamed, key()) == "KEY_UNKNOWN"


def test_keys_have_their_times() -> None:
    made = signed(GOOD, SECRET, "2026a")
    assert code(made, key(valid_from=NOW)) is None
    assert code(made, key(valid_from=datetime(2026, 6, 1, 0, 0, 1, tzinfo=UTC))) == "KEY_NOT_VALID"
    assert code(made, key(valid_to=NOW)) == "KEY_NOT_VALID"
    assert code(made, key(valid_to=datetime(2026, 6, 2, tzinfo=UTC))) is None
    assert code(made, key(revoked_at=NOW)) == "KEY_REVOKED"
    assert code(made, key(revoked_at=datetime(2026, 6, 2, tzinfo=UTC))) is None, "what came before is not touched"


def test_a_pair_goes_through_its_files() -> None:
    secret, public = new_pair()
    made = signed(GOOD, private_key(secret), "k")
    assert code(made, {"k": Key("k", public_key(public), NOW)}) is None
    with pytest.raises(ValueError, match=r"."):
        private_key(b"-----BEGIN PRIVATE KEY-----\nxx\n-----END PRIVATE KEY-----\n")


def test_content_is_what_it_means() -> None:
    first = parse(prose(GOOD)).content
    assert parse(prose(without(sender="x", files=[{**GOOD["files"][0], "name": "b.csv"}]))).content == first
    assert parse(prose(signed(GOOD, SECRET, "2026a"))).content == first
    assert parse(prose(without(period="2026-06"))).content != first


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026-12", "2026-12-01", "2026-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-W01", "2025-12-29", "2026-01-04"),
        ("2026-05-04", "2026-05-04", "2026-05-04"),
        ("2026-05-04/2026-06", "2026-05-04", "2026-06-30"),
    ],
)
def test_periods(text: str, first: str, last: str) -> None:
    assert [day.isoformat() for day in period_of(text)] == [first, last]
