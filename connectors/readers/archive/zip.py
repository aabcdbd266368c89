"""Archives (zip, APPNOTE.TXT of PKWARE), one within another where the format declares it; bombs are refused.

Every member of a zip is checked before one is unpacked, and the unpacked bytes are counted as they come.
Names are labels for people, never paths: members are written under numbers.  Sizes in the directory are claims, so the
limits hold while inflating, the absolute one first.  The ratio counts only above 1 MiB, because honest tables of zeros
compress well.
"""

from __future__ import annotations

import stat
import unicodedata
import zipfile
from functools import partial
from typing import TYPE_CHECKING

from connectors.labels import harmful
from connectors.readers import Member
from connectors.readers.archive.gzip import BLOCK, decompress, refused, write_bounded
from connectors.readers.archive.zip_errors import reject_broken_zip
from connectors.readers.magic import OTHER_ARCHIVES, TAR_OFFSET, detect_kind, require_kind
from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from connectors.readers.format import Format

MAX_MEMBERS = 1_000
LOCAL_HEADER_BYTES = 30
ALLOWED_COMPRESSION = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
UTF8_NAME, ENCRYPTED = 0x800, 0x1
NESTED_SUFFIXES = (".zip", ".rar", ".7z", ".gz", ".bz2", ".xz", ".zst", ".tar", ".tgz")
NESTED_KINDS = ("zip", "gz", "bz2", *OTHER_ARCHIVES)
ZIP_BASED_FORMATS = ("xlsx", "xlsb", "ods", "any")  # formats that are zip files themselves
CLUTTER = ("__macosx", ".ds_store", "thumbs.db", "desktop.ini")  # files that desktops add by themselves


def unpack(path: Path, folder: Path, fmt: Format, budget: int) -> list[Member]:
    """Unpack a delivery.

    Args:
        path: The archive.
        folder: An empty folder for its members.
        fmt: The declared format; `fmt.archive` lists the wrappings from outside in.
        budget: Most bytes of all members together.

    Returns:
        The members by name; the delivery itself where it is not packed, and `fmt.plain` lets it come so.

    Raises:
        RejectBatch: WRONG_FORMAT, OTHER_ARCHIVE, BAD_ARCHIVE (cut off, damaged or empty), ARCHIVE_REFUSED (not safe),
            READER_LIMIT.
    """
    members = [Member(path)]
    plain = fmt.plain and _kind(members[0]) != fmt.archive[0]
    for depth, kind in enumerate(() if plain else fmt.archive):
        last = depth == len(fmt.archive) - 1
        unpacked: list[Member] = []
        for place, member in enumerate(members):
            into = folder / f"{depth}-{place:04d}"
            into.mkdir()
            matches = (
                _unpack_zip(member, into, budget, fmt, last=last)
                if kind == "zip"
                else [decompress(member, kind, into, budget)]
            )
            budget -= sum(each.path.stat().st_size for each in matches)
            unpacked += matches
            if len(unpacked) > MAX_MEMBERS:
                raise RejectBatch(Finding("READER_LIMIT", value=f"{len(unpacked)} > {MAX_MEMBERS} members"))
        members = unpacked
    for member in members:
        _check_kind(member, fmt)
    return members


def _unpack_zip(outer: Member, folder: Path, budget: int, fmt: Format, *, last: bool) -> list[Member]:
    """Unpack one zip; `last` when no archive may be in it."""
    require_kind(outer, "zip", expected="zip")
    with reject_broken_zip(outer.name), zipfile.ZipFile(outer.path) as archive:
        infos = [info for info in archive.infolist() if not (info.is_dir() or _is_clutter(_name(info)))]
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
    """Return a member's name: UTF-8 where the archive declares it, otherwise UTF-8 or GB18030, whichever decodes it.

    Chinese systems write GBK without a flag, and some write UTF-8 without one; other bytes stay CP437.
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


def _is_clutter(name: str) -> bool:
    parts = name.lower().split("/")
    return bool({*CLUTTER} & {*parts}) or parts[-1].startswith("._")


def _check(infos: list[zipfile.ZipInfo], directory: int, outer: Member, forbidden_suffixes: tuple[str, ...]) -> None:
    if not infos:
        raise RejectBatch(Finding("BAD_ARCHIVE", file=outer.name, value="no members"))
    if len(infos) > MAX_MEMBERS:
        raise RejectBatch(Finding("READER_LIMIT", value=f"{len(infos)} > {MAX_MEMBERS} members"))
    names: set[str] = set()
    for info in infos:
        name = _name(info)
        key = unicodedata.normalize("NFC", name).casefold()
        why = _risk(info, name, forbidden_suffixes) or ("name stands twice" if key in names else None)
        names.add(key)
        if why:
            raise refused(name, why)
    begin = min(info.header_offset for info in infos)
    if begin:
        raise refused(None, "other content in front")
    _check_overlap(infos, directory)


def _risk(info: zipfile.ZipInfo, name: str, forbidden_suffixes: tuple[str, ...]) -> str | None:
    """Return what makes a member unsafe, None if nothing does."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    checks = {
        "path": name.startswith("/") or ".." in name.split("/") or "\\" in name or name[1:2] == ":",
        "control character in the name": any(map(harmful, name)),
        "link": kind == stat.S_IFLNK,
        "special file": kind not in (0, stat.S_IFREG, stat.S_IFLNK),
        "compression": info.compress_type not in ALLOWED_COMPRESSION,
        "password": bool(info.flag_bits & ENCRYPTED),
        "archive within the archive": name.lower().endswith(forbidden_suffixes),
    }
    return next((why for why, matches in checks.items() if matches), None)


def _check_overlap(infos: Iterable[zipfile.ZipInfo], directory: int) -> None:
    """Refuse members that share bytes: a few megabytes can hold any number of them."""
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            raise refused(_name(info), "members overlap")
        end = (
            info.header_offset
            + LOCAL_HEADER_BYTES
            + len(info.orig_filename.encode("cp437", "replace"))
            + info.compress_size
        )
    if end > directory:
        raise zipfile.BadZipFile("a member runs into the directory")


def _inflate(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Member, budget: int) -> int:
    """Write one member and return its size in bytes."""
    with archive.open(info) as source:
        return write_bounded(iter(partial(source.read, BLOCK), b""), target, info.compress_size, budget)


def _kind(member: Member) -> str | None:
    with member.path.open("rb") as file:
        return detect_kind(file.read(2 * TAR_OFFSET))


def _check_kind(member: Member, fmt: Format) -> None:
    kind = _kind(member)
    if kind in NESTED_KINDS and not (kind == "zip" and fmt.kind in ZIP_BASED_FORMATS):
        raise refused(member.name, "archive within the archive")
