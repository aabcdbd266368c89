"""What differs between one installation and the next: environment variables only, read once, frozen.

Secrets live here too, by reference: the token key is read from the environment or from a file under the home folder
that only its owner can read.  Nothing in a mapping names a host or a secret.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hub.errors import WrongUsage
from hub.i18n import say

PROJECT = Path(__file__).resolve().parent.parent
PRIVATE = 0o077  # the umask of everything that works for the hub: what it makes is closed to other users
FETCH_POOL = "fetch"  # of Airflow: the tasks that ask partners' servers, and nothing else


@dataclass(frozen=True)
class Settings:
    """The installation: where it writes, which warehouse it loads, which limits it keeps."""

    home: Path  # everything that a run writes: exchange folders, raw store, work store, embedded PostgreSQL
    database_url: str | None  # of the loader, whom the hub works as; None: the embedded PostgreSQL under `home`
    owner_url: str | None  # of the owner of the tables, for `migrate` and `up`; None: the loader's stands in for it
    analyst_url: str | None  # for `riskhub sql`; None: the login `analyst` that `migrate` has made
    portal_url: str | None  # of the portal's own login; None: the one of the embedded PostgreSQL
    portal_address: str | None  # as partners write it; https makes cookies secure.  None: its port on this machine
    work_url: str  # any fsspec URL; the Parquet between two tasks
    raw_url: str  # any fsspec URL; the bytes as they were delivered, by SHA-256
    exchange: Path  # <agency>/<feed>/{in,check,out}
    sources: tuple[Path, ...]  # folders that hold <agency>/<feed>/mapping.yml
    language: str  # of the command line: "en" or "zh"
    read_memory: int  # bytes of address space for the child that parses a file
    read_seconds: int  # wall limit of that child
    cell_bytes: int  # longest cell that a row may carry
    fetch_seconds: int  # wall limit of one fetch from a server
    fetch_bytes: int  # longest delivery that is fetched
    lock_seconds: int  # how long the hub waits for a lock before it tries again later
    query_seconds: int  # how long one query of `riskhub sql` may take
    upload_bytes: int  # longest file that the portal takes


def _path(name: str, default: Path) -> Path:
    return Path(os.environ.get(name) or default).resolve()


def _number(name: str, default: int) -> int:
    written = os.environ.get(name) or str(default)
    if not (written.isascii() and written.isdigit()):
        language = environment_language()
        what = say("settings.no_number", language, name=name, value=written)
        raise WrongUsage(what, next_step=say("settings.write_number", language, name=name, default=default))
    return int(written)


def _home() -> Path:
    """Return `var` beside the code of a checkout, from wherever it is called; of the working folder without one."""
    return (PROJECT if (PROJECT / "pyproject.toml").is_file() else Path()) / "var"


def environment_language() -> str:
    """Return the language of the command line, "en" or "zh"."""
    name = os.environ.get("RISKHUB_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or "en"
    return "zh" if name.lower().startswith("zh") else "en"


@cache
def settings() -> Settings:
    """Return the settings of this process; `settings.cache_clear()` reads the environment again."""
    home = _path("RISKHUB_HOME", _home())
    folders = os.environ.get("RISKHUB_SOURCES")
    return Settings(
        home=home,
        database_url=os.environ.get("RISKHUB_DATABASE_URL") or None,
        owner_url=os.environ.get("RISKHUB_OWNER_URL") or None,
        analyst_url=os.environ.get("RISKHUB_ANALYST_URL") or None,
        portal_url=os.environ.get("RISKHUB_PORTAL_URL") or None,
        portal_address=(os.environ.get("RISKHUB_PORTAL_ADDRESS") or "").rstrip("/") or None,
        work_url=os.environ.get("RISKHUB_WORK_URL") or str(home / "work"),
        raw_url=os.environ.get("RISKHUB_RAW_URL") or str(home / "raw"),
        exchange=_path("RISKHUB_EXCHANGE", home / "exchange"),
        sources=tuple(Path(folder).resolve() for folder in folders.split(os.pathsep))
        if folders
        else (PROJECT / "mappings" / "sources",),
        language=environment_language(),
        read_memory=_number("RISKHUB_READ_MEMORY", 2 << 30),
        read_seconds=_number("RISKHUB_READ_SECONDS", 3600),
        cell_bytes=_number("RISKHUB_CELL_BYTES", 1 << 20),
        fetch_seconds=_number("RISKHUB_FETCH_SECONDS", 1800),
        fetch_bytes=_number("RISKHUB_FETCH_BYTES", 10 << 30),
        lock_seconds=_number("RISKHUB_LOCK_SECONDS", 300),
        query_seconds=_number("RISKHUB_QUERY_SECONDS", 300),
        upload_bytes=_number("RISKHUB_UPLOAD_BYTES", 5 << 30),
    )
