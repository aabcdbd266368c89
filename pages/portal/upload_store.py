"""Uploads: streamed to a file that no partner can reach, hashed on the way, and handed to the exchange folder at last.

<exchange>/.hub/uploads/<agency>/<id>.content, and <id>.json, which says what it is

It lies there and not under the home, because handing it over is a rename.  From then on a file of the portal is like
any other in `in/` or `check/`.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import secrets
import shutil
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import IO, TYPE_CHECKING, NamedTuple, Self

from connectors import filenames
from connectors.delivery_names import Kind, kind_of
from connectors.inbox.hub_folder import hub_folder
from hub import clock
from hub.durable import OWNER_ONLY, PIECE, new_file, sync_folder, write_private
from hub.errors import WrongUsage
from hub.settings import settings
from pipeline.intake.drop import complete_drop, drop_file, move_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pages.portal.sessions import Member

UPLOADS = "uploads"
ID = re.compile(r"[0-9a-f]{32}")
OPEN = 5  # unfinished uploads of an account
UNFINISHED = timedelta(days=1)  # after which an upload that does not go on is removed
FINISHED = timedelta(days=7)  # after which what was only checked is removed
STORED = 4  # times the longest file: what the uploads of one agency may take of the disk
RESERVE = 1 << 30  # bytes of the disk that uploads leave free
LONGEST_NAME = 200  # bytes of UTF-8
PURPOSES = {"submit": "in", "check": "check"}  # the folder that each is handed to


class UploadRefusedError(Exception):
    """An upload is not taken.  `args[0]` is the end of a key `portal.refused.*`, `status` that of the answer."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.reason, self.status = reason, status


class WrongOffsetError(Exception):
    """A piece does not begin where the upload ends, or another one is being written."""


@dataclass(frozen=True)
class Upload:
    """A file that a partner uploads; times are ISO 8601."""

    id: str
    agency: str
    feed: str
    login: str
    name: str
    size: int
    purpose: str  # what was wanted: check or submit
    state: str = "receiving"  # then whole, checking, submitting (while it moves), submitted
    began_at: str = field(default_factory=lambda: clock.now().isoformat())
    published_at: str | None = None
    sha256: str | None = None
    verdict: str | None = None  # the id of the answer to a check, once there is one
    fixes: str | None = None  # the batch whose rows it corrects, where they were corrected in the browser
    edits: dict[str, dict[str, str]] = field(default_factory=dict)  # then: by row and column, until it is submitted

    @property
    def source(self) -> str:
        """`agency/feed`."""
        return f"{self.agency}/{self.feed}"

    @property
    def part(self) -> Path:
        """The bytes that have come."""
        return uploads_folder(self.agency) / f"{self.id}.content"

    @property
    def offset(self) -> int:
        """How many bytes have come; the whole size once the file has been handed over."""
        return self.part.stat().st_size if self.part.exists() else self.size

    @property
    def handed_over_at(self) -> datetime:
        """When it was put into the exchange folder, else when it began."""
        return datetime.fromisoformat(self.published_at or self.began_at)


class Fixed(NamedTuple):
    """Rows of a submission that were corrected in the browser."""

    batch_id: str
    edits: dict[str, dict[str, str]]  # by row and column
    name: str  # of the correction file that they make
    body: bytes


def begin(member: Member, feed: str, name: str, size: int, purpose: str) -> Upload:
    """Begin an upload.

    Args:
        member: Who uploads.
        feed: A feed of the member's agency.
        name: What the file is called.
        size: Its bytes.
        purpose: check or submit.

    Returns:
        The upload, which has no bytes yet.

    Raises:
        UploadRefusedError: The name is no delivery's, the file is empty or too long, too much is open, or the disk is
            nearly full.
    """
    if not is_delivery_name(name):
        raise UploadRefusedError("name")
    if size <= 0:
        raise UploadRefusedError("empty")
    if size > settings().upload_bytes:
        raise UploadRefusedError("too_large", 413)
    if purpose not in PURPOSES:
        raise UploadRefusedError("purpose")
    folder = uploads_folder(member.agency)
    with _beginning:
        remove_old(member.agency)
        known = uploads_of(member.agency)
        if sum(each.login == member.login and each.state == "receiving" for each in known) >= OPEN:
            raise UploadRefusedError("too_many", 429)
        stored = sum(each.size for each in known if each.part.exists())
        if stored + size > STORED * settings().upload_bytes or shutil.disk_usage(folder).free < size + RESERVE:
            raise UploadRefusedError("no_room", 507)
        upload = Upload(secrets.token_hex(16), member.agency, feed, member.login, name, size, purpose)
        with new_file(upload.part, OWNER_ONLY):
            pass
        _write(upload)
    return upload


_beginning = Lock()


def is_delivery_name(name: str) -> bool:
    """Return whether a file of this name is taken: by the rules of every way into the hub.

    >>> [is_delivery_name(name) for name in ("a.csv", "a.csv.part", "../a.csv", "a.csv.manifest.json")]
    [True, False, False, False]
    """
    fits = 0 < len(name.encode("utf-8", "surrogatepass")) <= LONGEST_NAME
    return fits and kind_of(name) is Kind.DELIVERY and not filenames.is_unsafe(name)


def find(agency: str, upload_id: str) -> Upload | None:
    """Return an upload of an agency; None when the agency has none of this id."""
    if ID.fullmatch(upload_id) is None:
        return None
    try:
        return Upload(**json.loads((uploads_folder(agency) / f"{upload_id}.json").read_text("utf-8")))
    except FileNotFoundError:
        return None


def uploads_of(agency: str) -> list[Upload]:
    """Return the uploads of an agency, the newest first."""
    found = (find(agency, path.stem) for path in uploads_folder(agency).glob("*.json"))
    return sorted((each for each in found if each), key=lambda each: each.began_at, reverse=True)


def remove(upload: Upload) -> None:
    """Remove an upload with its bytes."""
    upload.part.unlink(missing_ok=True)
    (uploads_folder(upload.agency) / f"{upload.id}.json").unlink(missing_ok=True)
    _hashes.pop(upload.id, None)


def remove_old(agency: str) -> None:
    """Remove the uploads of an agency that did not go on for a day, or ended a week ago."""
    now = clock.now()
    for upload in uploads_of(agency):
        lasts = UNFINISHED if upload.state == "receiving" else FINISHED
        touched = upload.part.stat().st_mtime if upload.part.exists() else upload.handed_over_at.timestamp()
        if datetime.fromtimestamp(touched, UTC) < now - lasts:
            remove(upload)


class Appending:
    """A piece of an upload as it comes: written and hashed at once, so that memory stays flat."""

    def __init__(self, upload: Upload, file: IO[bytes], hashing: hashlib._Hash, offset: int) -> None:
        self.upload, self.offset = upload, offset
        self._file, self._hash = file, hashing

    @classmethod
    @contextmanager
    def at(cls, upload: Upload, offset: int) -> Iterator[Self]:
        """Open an upload at its end; what was written stays when the block fails.

        Raises:
            WrongOffsetError: It does not end at `offset`, is complete, or a piece is being written.
        """
        if upload.state != "receiving":
            raise WrongOffsetError
        with upload.part.open("r+b") as file:
            try:
                fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise WrongOffsetError from None
            if file.seek(0, os.SEEK_END) != offset:
                raise WrongOffsetError
            piece = cls(upload, file, _hash_so_far(upload, offset), offset)
            try:
                yield piece
            finally:
                file.flush()
                _hashes[upload.id] = piece._hash, piece.offset

    def write(self, data: bytes) -> None:
        """Append bytes; raise UploadRefusedError when the file would be longer than declared."""
        if self.offset + len(data) > self.upload.size:
            raise UploadRefusedError("longer", 413)
        self._file.write(data)
        self._hash.update(data)
        self.offset += len(data)

    def finish(self) -> Upload:
        """Put the bytes on the disk and return the upload, which is whole."""
        self._file.flush()
        os.fsync(self._file.fileno())
        whole = replace(self.upload, state="whole", sha256=self._hash.hexdigest())
        _write(whole)
        return whole


def publish(upload: Upload, purpose: str) -> Upload:
    """Hand a whole file to the exchange folder: moved into `in/`, or copied into `check/`.

    Returns:
        The upload in its new state.

    Raises:
        WrongUsage: A file of this name waits there, or the folder takes none.
    """
    if purpose == "check":
        drop_file(upload.part, upload.source, upload.name, PURPOSES[purpose])
    else:
        _write(replace(upload, state="submitting"))  # if the process dies in the move, its next start goes on
        try:
            move_file(upload.part, upload.source, upload.name, PURPOSES[purpose])
        except WrongUsage:
            _write(upload)
            raise
    state = "checking" if purpose == "check" else "submitted"
    edits = upload.edits if purpose == "check" else {}
    done = replace(upload, state=state, published_at=clock.now().isoformat(), verdict=None, edits=edits)
    _write(done)
    _hashes.pop(upload.id, None)
    return done


def recover() -> None:
    """Finish what the end of the process before has interrupted: uploads that were being moved into `in/`.

    The bytes of such a file are either still here, and its sender submits again, or in the exchange folder.
    """
    for path in hub_folder(settings().exchange, UPLOADS).glob("*/*.json") if settings().exchange.exists() else ():
        upload = find(path.parent.name, path.stem)
        if upload is None or upload.state != "submitting":
            continue
        if upload.part.exists():
            _write(replace(upload, state="whole"))
            continue
        complete_drop(upload.source, upload.name)
        _write(replace(upload, state="submitted", published_at=clock.now().isoformat(), verdict=None, edits={}))


def store_fixed(member: Member, feed: str, fixed: Fixed, purpose: str) -> Upload:
    """Take the correction file that rows fixed in the browser make, and hand it over as any other.

    Args:
        member: Who has fixed them.
        feed: The feed of the submission.
        fixed: The rows and the file.
        purpose: check or submit.

    Returns:
        The upload.

    Raises:
        UploadRefusedError: As `begin` does.
        WrongUsage: As `publish` does.
    """
    begun = begin(member, feed, fixed.name, len(fixed.body), purpose)
    upload = replace(begun, fixes=fixed.batch_id, edits=fixed.edits)
    with Appending.at(upload, 0) as piece:
        piece.write(fixed.body)
        whole = piece.finish()
    return publish(whole, purpose)


def note_verdict(upload: Upload, verdict: str) -> Upload:
    """Write down which answer belongs to a check."""
    done = replace(upload, verdict=verdict)
    _write(done)
    return done


def uploads_folder(agency: str) -> Path:
    """Return the folder of an agency's uploads, which no partner can reach."""
    settings().exchange.mkdir(parents=True, exist_ok=True, mode=0o700)
    return hub_folder(settings().exchange, UPLOADS, agency)


def _write(upload: Upload) -> None:
    folder = uploads_folder(upload.agency)
    write_private(folder / f"{upload.id}.json", json.dumps(asdict(upload), ensure_ascii=False).encode())
    sync_folder(folder)


_hashes: dict[str, tuple[hashlib._Hash, int]] = {}


def _hash_so_far(upload: Upload, offset: int) -> hashlib._Hash:
    """Return the hash of what has come; after a restart it is made anew from the file."""
    known = _hashes.pop(upload.id, None)
    if known is not None and known[1] == offset:
        return known[0]
    hashing = hashlib.sha256()
    with upload.part.open("rb") as file:
        while data := file.read(PIECE):
            hashing.update(data)
    return hashing
