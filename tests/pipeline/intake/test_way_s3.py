"""What can go wrong with objects in a store: keys, long listings, new versions, multipart tags; what is signed."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

import pytest

from connectors.connection import Connection
from connectors.remote.listing import Entry
from connectors.remote.s3 import COPIED, S3
from connectors.remote.sigv4 import Signer
from connectors.sandbox.page_parser import PageParser
from hub.errors import FixTheHub
from pipeline.intake.fetch import fetch_source
from tests.support.exchange import batches, receipt
from tests.support.partners.everyone import IMPATIENT, agree, agree_also, collect, core
from tests.support.partners.s3 import BUCKET, S3Partner
from tests.support.small_source import SMALL, SmallSource, fires

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("warehouse")
ONE, TWO = fires("F1,2026-05-01 10:00,短路,first"), fires("F1,2026-05-01 10:00,短路,other")


@pytest.fixture
def partner(tmp_path: Path) -> Iterator[S3Partner]:
    made = S3Partner(tmp_path)
    yield made
    made.close()


@pytest.fixture
def source(partner: S3Partner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallSource:
    return agree(partner, tmp_path, monkeypatch)


@pytest.mark.usefixtures("source")
def test_only_objects_directly_under_the_prefix(partner: S3Partner) -> None:
    partner.file("", b"", prefix="in/")
    for prefix in ("", "in/sub/", "in/../", "inn/"):
        partner.file("a.csv", ONE, prefix)
    for name in ("a.csv.part", ".hidden.csv", "~$lock.csv"):
        partner.file(name, ONE)
    assert collect() == []
    partner.file("a.csv", ONE)
    assert collect() == ["acknowledged"]


@pytest.mark.usefixtures("source")
def test_keys_may_be_anything(partner: S3Partner) -> None:
    names = ["文件 1.csv", "a+b.csv", "a%2Fb.csv", "a?b#c&d=e.csv", "it's;(1)!.csv", "a~b.csv", "a%.csv"]
    for at, name in enumerate(names):
        partner.file(name, fires(f"F{at}"))
    assert collect() == ["acknowledged"] * len(names)
    assert sorted(row["file"] for row in batches(SMALL)) == sorted(names)
    assert collect() == []


@pytest.mark.usefixtures("source")
def test_a_store_that_encodes_no_keys(partner: S3Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    real = PageParser.listing

    def plainly(self: PageParser, body: bytes) -> Any:
        text = re.sub(r"<EncodingType>.*?</EncodingType>", "", body.decode())
        text = re.sub(r"<Key>(.*?)</Key>", lambda key: f"<Key>{unquote_plus(key[1])}</Key>", text)
        return real(self, text.encode())

    monkeypatch.setattr(PageParser, "listing", plainly)
    partner.file("a+b %41.csv", ONE)
    assert collect() == ["acknowledged"]
    assert [row["file"] for row in batches(SMALL)] == ["a+b %41.csv"]


@pytest.mark.usefixtures("source")
def test_harmful_keys_are_refused_with_a_receipt_and_stop_no_other(partner: S3Partner) -> None:
    for at, name in enumerate(["..x.csv", "a\\b.csv", "\u202evsc.csv", "fine.csv"]):
        partner.file(name, fires(f"F{at}"))
    assert collect() == ["acknowledged", *["rejected"] * 3]
    refused = [row for row in batches(SMALL) if row["state"] == "rejected"]
    assert {finding["code"] for row in refused for finding in receipt(row)["findings"]} == {"UNSAFE_NAME"}
    assert collect() == []


@pytest.mark.usefixtures("source")
def test_a_key_that_no_address_can_carry_is_told_and_the_others_come(
    partner: S3Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    partner.file("a.csv", ONE)
    real = S3.entries

    def and_one_more(self: S3) -> Iterator[object]:
        for entry in real(self):
            yield entry
            yield type(entry)("in/..", "..", 1, (1, '"t"', ""))

    monkeypatch.setattr(S3, "entries", and_one_more)
    with pytest.raises(FixTheHub, match="no address can carry"):
        fetch_source(SMALL)
    assert [row["file"] for row in batches(SMALL)] == ["a.csv"]


@pytest.mark.usefixtures("source")
def test_a_listing_has_many_pages(partner: S3Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    import moto.s3.responses  # noqa: PLC0415

    for at in range(7):
        partner.file(f"{at}.csv", fires(f"F{at}"))
    real = S3.listing_page
    asked: list[str] = []

    def counted(self: S3, token: str) -> object:
        asked.append(token)
        return real(self, token)

    monkeypatch.setattr(S3, "listing_page", counted)
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "3")
    assert moto.s3.responses
    assert len(fetch_source(SMALL)) == 7
    assert len(asked) == 3
    assert asked[0] == ""
    assert len(set(asked)) == 3


@pytest.mark.usefixtures("source")
def test_other_bytes_are_a_delivery_and_the_same_are_a_duplicate(partner: S3Partner) -> None:
    partner.file("a.csv", ONE)
    assert collect() == ["acknowledged"]
    partner.file("a.csv", TWO)
    assert collect() == ["acknowledged"]
    assert core() == {"F1": ("other", 2)}
    partner.file("b.csv", TWO)
    assert collect() == ["duplicate"]
    assert collect() == []


@pytest.mark.usefixtures("source")
def test_an_object_in_parts_has_a_tag_that_is_no_hash(partner: S3Partner) -> None:
    begun = partner.client.create_multipart_upload(Bucket=BUCKET, Key="in/a.csv")["UploadId"]
    where = {"Bucket": BUCKET, "Key": "in/a.csv", "UploadId": begun}
    part = partner.client.upload_part(**where, PartNumber=1, Body=ONE)
    parts = [{"PartNumber": 1, "ETag": part["ETag"]}]
    partner.client.complete_multipart_upload(**where, MultipartUpload={"Parts": parts})
    assert collect() == ["acknowledged"]
    assert collect() == []


@pytest.mark.usefixtures("source")
def test_an_object_that_changes_after_it_was_listed_waits(partner: S3Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    partner.file("a.csv", ONE)
    real = S3.entries

    def late(self: S3) -> Iterator[object]:
        found = list(real(self))
        partner.file("a.csv", TWO)
        yield from found

    monkeypatch.setattr(S3, "entries", late)
    assert collect() == []
    monkeypatch.setattr(S3, "entries", real)
    assert collect() == ["acknowledged"]
    assert core() == {"F1": ("other", 1)}


@pytest.mark.parametrize(("after", "left"), [("archive", 2), ("delete", 0)])
def test_what_is_registered_goes_as_agreed(partner: S3Partner, source: SmallSource, after: str, left: int) -> None:
    agree_also(source, f"after: {after}")
    for version in (ONE, TWO, ONE):
        partner.file("a b.csv", version)
        collect()
        assert [key for key in partner.held() if key.startswith("in/")] == []
    assert len(partner.held()) == left
    assert all(key.startswith("done/") and key.endswith("-a b.csv") for key in partner.held())


def test_an_object_put_in_its_place_stays(
    partner: S3Partner, source: SmallSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree_also(source, "after: archive")
    partner.file("a.csv", ONE)
    real = S3.archived

    def overtaken(self: S3, *args: object) -> bool:
        monkeypatch.setattr(S3, "archived", real)
        done = real(self, *args)  # type: ignore[arg-type]
        partner.file("a.csv", TWO)
        return done

    monkeypatch.setattr(S3, "archived", overtaken)
    assert collect() == ["acknowledged"]
    assert "in/a.csv" in partner.held()
    assert collect() == ["acknowledged"]
    assert core() == {"F1": ("other", 2)}


def test_an_object_without_a_tag_is_registered_and_stays(
    partner: S3Partner, source: SmallSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = PageParser.listing

    def without_tags(self: PageParser, body: bytes) -> Any:
        objects, following = real(self, body) or ([], "")
        return [(key, size, "", changed) for key, size, _, changed in objects], following

    monkeypatch.setattr(PageParser, "listing", without_tags)
    partner.file("a.csv", ONE)
    assert collect() == ["acknowledged"]
    assert collect() == []
    agree_also(source, "after: delete")
    partner.file("b.csv", TWO)
    with pytest.raises(FixTheHub, match="2 files"):
        fetch_source(SMALL)
    assert len(batches(SMALL)) == 2
    assert len(partner.held()) == 2


def test_an_object_that_no_store_copies_is_told(partner: S3Partner, source: SmallSource) -> None:
    who = Connection("x", "aws", "", extra={"endpoint_url": partner.url})
    store = S3(who, {"bucket": BUCKET, "prefix": "in/"}, IMPATIENT)
    with pytest.raises(FixTheHub, match="cannot be taken away") as raised:
        store.take_away(Entry("in/a.csv", "a.csv", COPIED + 1, (COPIED + 1, '"t"', "")), "archive", "0" * 64)
    store.close()
    assert "5,368,709,120" in raised.value.why
    assert source.folder.exists()


def test_a_bucket_that_is_not_there_is_told(partner: S3Partner, source: SmallSource) -> None:
    mapping = source.folder / "mapping.yml"
    mapping.write_text(mapping.read_text("utf-8").replace(BUCKET, "no-such-bucket"), "utf-8")
    with pytest.raises(FixTheHub, match="does not know this address"):
        fetch_source(SMALL)
    assert partner.held() == []


def test_signatures_are_those_of_the_library() -> None:
    """The same request, signed by botocore, has the same signature."""
    from botocore.auth import S3SigV4Auth  # noqa: PLC0415
    from botocore.awsrequest import AWSRequest  # noqa: PLC0415
    from botocore.credentials import Credentials  # noqa: PLC0415

    who = Connection("x", "aws", login="AKID", password="se/cret+", extra={"aws_session_token": "tok"})  # noqa: S106
    url = "https://s3.example/b%C3%A4/a%20b%2B.csv?delimiter=%2F&prefix=in%2F"
    now = datetime.now(UTC)
    ours = Signer(who, "eu-west-1")("GET", url, {"x-amz-copy-source": "/b/k"}, now)
    request = AWSRequest("GET", url, headers={"x-amz-copy-source": "/b/k"})
    auth = S3SigV4Auth(Credentials("AKID", "se/cret+", "tok"), "s3", "eu-west-1")
    auth.add_auth(request)
    if request.headers["X-Amz-Date"] != ours["x-amz-date"]:
        moment = datetime.strptime(request.headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        ours = Signer(who, "eu-west-1")("GET", url, {"x-amz-copy-source": "/b/k"}, moment)
    assert ours["Authorization"] == request.headers["Authorization"]
