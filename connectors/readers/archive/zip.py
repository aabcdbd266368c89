"""Archives, one within another where that was agreed.

Of a zip, every member is checked before one is unpacked, and what is unpacked is counted as it comes.

Names are labels for people, never paths: members are written under numbers.  Sizes in the directory are claims, so the
limits are held while inflating, absolute bytes first; the ratio counts only above 1 MiB, since honest tables of zeros
compress well.
"""

from __future__ import annotations

import stat
import unicodedata
import zipfile
from typing import TYPE_CHECKING

from connectors.labels import harmful, shown
from connectors.readers import Member
from connectors.readers.archive.gzip import FREE, RATIO, inflated
from connectors.readers.archive.zip_errors import intact
from connectors.readers.magic import OTHER_ARCHIVES, TAR_AT, kind_of, require
from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from connectors.readers.format import Format

MEMBERS = 1_000
PIECE = 1 << 20
LOCAL_HEADER = 30
COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
UTF8_NAME, ENCRYPTED = 0x800, 0x1
NESTED_SUFFIXES = (".zip", ".rar", ".7z", ".gz", ".bz2", ".xz", ".zst", ".tar", ".tgz")
NESTED_KINDS = ("zip", "gz", "bz2", *OTHER_ARCHIVES)
PACKAGES = ("xlsx", "xlsb", "ods", "any")  # formats that are zip files themselves
CLUTTER = ("__macosx", ".ds_store", "thumbs.db", "desktop.ini")  # what desktops add without being asked


def unpack(path: Path, folder: Path, fmt: Format, budget: int) -> list[Member]:
    """Unpack a delivery into an empty folder and return its members by name; `budget` is for all of them together.

    Raises RejectBatch: WRONG_FORMAT, OTHER_ARCHIVE, BAD_ARCHIVE (not whole, or empty), ARCHIVE_REFUSED (not safe),
    READER_LIMIT.
    """
    members = [Member(path)]
    for depth, kind in enumerate(fmt.archive):
        last = depth == len(fmt.archive) - 1
        unpacked: list[Member] = []
        for place, member in enumerate(members):
            into = folder / f"{depth}-{place:04d}"
            into.mkdir()
            found = (
                _zip(member, into, budget, fmt, last=last) if kind == "zip" else [inflated(member, kind, into, budget)]
            )
            budget -= sum(each.path.stat().st_size for each in found)
            unpacked += found
            if len(unpacked) > MEMBERS:
                raise RejectBatch(Finding("READER_LIMIT", value=f"{len(unpacked)} > {MEMBERS} members"))
        members = unpacked
    for member in members:
        _check_kind(member, fmt)
    return members


def _zip(outer: Member, folder: Path, budget: int, fmt: Format, *, last: bool) -> list[Member]:
    """Unpack one zip; `last` when no archive may stand in it."""
    require(outer, "zip", expected="zip")
    with intact(outer.name), zipfile.ZipFile(outer.path) as archive:
        infos = [info for info in archive.infolist() if not (info.is_dir() or _clutter(_name(info)))]
        _check(infos, archive.start_dir, outer, NESTED_SUFFIXES if last else ())
        infos.sort(key=_name)
        members = []
        for place, info in enumerate(infos):
            name = _name(info) if outer.name is None else f"{outer.name}/{_name(info)}"
            member = Member(folder / f"{place:04d}", name)
            budget -= _inflate(archive, info, member, budget)
            if last:
                _check_kind(member, fmt)
            members.append(member)
        return members


def _name(info: zipfile.ZipInfo) -> str:
    """Return a member's name: UTF-8 where the archive says so, otherwise UTF-8 or GB18030, whichever it is.

    Chinese systems write GBK without a mark, and some write UTF-8 without one; bytes that are neither stay CP437.
    """
    name = info.orig_filename
    if info.flag_bits & UTF8_NAME:
        return name
    written = name.encode("cp437", "surrogateescape")
    for encoding in ("utf-8", "gb18030"):
        try:
            return written.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name


def _clutter(name: str) -> bool:
    parts = name.lower().split("/")
    return bool({*CLUTTER} & {*parts}) or parts[-1].startswith("._")


def _check(infos: list[zipfile.ZipInfo], directory: int, outer: Member, unwanted: tuple[str, ...]) -> None:
    if not infos:
        raise RejectBatch(Finding("BAD_ARCHIVE", file=outer.name, value="no members"))
    if len(infos) > MEMBERS:
        raise RejectBatch(Finding("READER_LIMIT", value=f"{len(infos)} > {MEMBERS} members"))
    slots: set[str] = set()
    for info in infos:
        name = _name(info)
        slot = unicodedata.normalize("NFC", name).casefold()
        why = _danger(info, name, unwanted) or ("name stands twice" if slot in slots else None)
        slots.add(slot)
        if why:
            raise _refused(name, why)
    begin = min(info.header_offset for info in infos)
    if begin:
        raise _refused(None, "other content in front")
    _check_overlap(infos, directory)


def _danger(info: zipfile.ZipInfo, name: str, unwanted: tuple[str, ...]) -> str | None:
    """Return what makes a member unsafe, None if nothing does."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    checks = {
        "path": name.startswith("/") or ".." in name.split("/") or "\\" in name or name[1:2] == ":",
        "control character in the name": any(map(harmful, name)),
        "link": kind == stat.S_IFLNK,
        "special file": kind not in (0, stat.S_IFREG, stat.S_IFLNK),
        "compression": info.compress_type not in COMPRESSIONS,
        "password": bool(info.flag_bits & ENCRYPTED),
        "archive within the archive": name.lower().endswith(unwanted),
    }
    return next((why for why, found in checks.items() if found), None)


def _check_overlap(infos: Iterable[zipfile.ZipInfo], directory: int) -> None:
    """Refuse members that share bytes: a few megabytes can hold any number of them."""
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            raise _refused(_name(info), "members overlap")
        end = (
            info.header_offset + LOCAL_HEADER + len(info.orig_filename.encode("cp437", "replace")) + info.compress_size
        )
    if end > directory:
        raise zipfile.BadZipFile("a member runs into the directory")


def _inflate(archive: zipfile.ZipFile, info: zipfile.ZipInfo, member: Member, budget: int) -> int:
    """Write one member and return its size; stop at the budget, or when it grows out of all proportion."""
    size = 0
    with archive.open(info) as source, member.path.open("xb") as target:
        while piece := source.read(PIECE):
            size += len(piece)
            if size > budget:
                raise RejectBatch(Finding("READER_LIMIT", file=member.name, value=f"{budget} bytes unpacked"))
            if size > FREE and size > RATIO * info.compress_size:
                raise _refused(member.name, f"{size // max(info.compress_size, 1)}:1 compressed")
            target.write(piece)
    return size


def _check_kind(member: Member, fmt: Format) -> None:
    with member.path.open("rb") as file:
        kind = kind_of(file.read(2 * TAR_AT))
    if kind in NESTED_KINDS and not (kind == "zip" and fmt.kind in PACKAGES):
        raise _refused(member.name, "archive within the archive")


def _refused(member: str | None, why: str) -> RejectBatch:
    return RejectBatch(Finding("ARCHIVE_REFUSED", file=member and shown(member), value=why))
