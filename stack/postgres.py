"""The embedded PostgreSQL: started, found, stopped.  TCP on 127.0.0.1 only, SCRAM password, no socket file."""

from __future__ import annotations

import signal
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

import psutil

from hub.durable import write_private
from hub.errors import FixTheHub, RetryLater
from hub.messages import error_of
from hub.settings import settings
from stack import binaries, cluster, databases, ports, processes
from stack.account import server_account
from stack.home import make_home, private_folder, secret, silent
from standards.access import ANALYSTS
from warehouse.connection import url_file

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from stack.home import Progress

NAME = "postgres"
DATABASE = "riskhub"
LOADER = "riskhub_loader"  # the login that the hub works as
ANALYST = "analyst"  # the login of `riskhub sql`
PORTAL = "riskhub_portal"  # the login of the partners' portal
STATE_LINE = 7  # of postmaster.pid: "starting", then "ready" (src/include/utils/pidfile.h)
LONGEST_START = 600.0  # seconds; after a crash the server first replays what it had logged
LONGEST_STOP = 60.0


@dataclass(frozen=True)
class Server:
    """A server that runs."""

    process: psutil.Process
    port: int
    ready: bool


def start(home: Path | None = None, *, on_progress: Progress = silent, extra: dict[str, str] | None = None) -> str:
    """Make the cluster if there is none, start its server if it does not run, and return the URL of the warehouse.

    `extra` are server settings for a cluster made now.  Raises FixTheHub, with the log's place, if it does not start.
    """
    home = home or settings().home
    make_home(home)
    account = server_account()
    folder = cluster.make(home, account, extra or {}, on_progress)
    if (server := running(home)) is None:
        _clear_stale(folder)
        began = time.monotonic()
        with ports.free_port(home, NAME, on_progress) as port:
            command = [str(binaries.programs(cluster.major_of(folder), account) / "postgres")]
            command += ["-D", str(folder.resolve()), "-p", str(port)]
            command += [f"--{name}={value}" for name, value in cluster.SILENT.items()]
            child = processes.launch(
                home,
                NAME,
                command,
                env={"LC_ALL": "C.UTF-8", "TZ": "UTC"},
                log=_log(home),
                as_user=account.as_user() if account else None,
            )
            server = _until_ready(home, child)
        on_progress("stack.postgres_ready", port=server.port, seconds=round(time.monotonic() - began, 1))
    ports.remember(home, NAME, server.port)
    # The file that the printed psql line names: an analyst's password and nobody else's.
    line = f"{ports.HOST}:{server.port}:{DATABASE}:{ANALYST}:{analyst_password(home)}\n"
    write_private(_password_file(home), line.encode())
    for login, address in (("owner", url(home)), ("loader", loader_url(home)), ("portal", portal_url(home))):
        write_private(url_file(home, login), address.encode())
    databases.ensure(url(home, "postgres"), DATABASE)
    databases.close_server(url(home, "postgres"), DATABASE)
    passwords = {LOADER: loader_password(home), ANALYST: analyst_password(home), PORTAL: portal_password(home)}
    databases.make_logins(url(home), passwords, {ANALYST: ANALYSTS}, settings().query_seconds)
    return url(home)


def stop(home: Path | None = None) -> bool:
    """Stop the server, breaking its connections off but losing nothing; return whether there was one."""
    home = home or settings().home
    server = running(home)
    if server is None:
        return False
    # Ask for the fast, then for the immediate shutdown; the log is replayed after the latter.
    for request, seconds in ((signal.SIGINT, LONGEST_STOP), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0)):
        with suppress(psutil.NoSuchProcess):
            server.process.send_signal(request)
            server.process.send_signal(signal.SIGCONT)  # a paused process would not receive the request
        psutil.wait_procs([server.process], timeout=seconds)
        if not processes.alive(server.process):
            break
    processes.forget(home, NAME)
    return True


def wake(home: Path | None = None) -> None:
    """Let a server go on that a signal has stopped: what runs on it could not even end."""
    if (server := running(home)) is not None:
        with suppress(psutil.NoSuchProcess):
            server.process.send_signal(signal.SIGCONT)


@contextmanager
def serving(home: Path | None = None, *, on_progress: Progress = silent) -> Iterator[str]:
    """Give the URL of a server that runs; one that was started for this is stopped at the end."""
    home = home or settings().home
    ran_before = running(home) is not None
    try:
        yield start(home, on_progress=on_progress)
    finally:
        if not ran_before:
            stop(home)


def running(home: Path | None = None) -> Server | None:
    """Return the server of this home if it runs, by its own pid file, also when another program started it."""
    folder = (home or settings().home) / "postgres"
    try:
        lines = (folder / "postmaster.pid").read_text("utf-8").splitlines()
        process = psutil.Process(int(lines[0]))
        ours = process.name() == "postgres" and process.cwd() == str(folder.resolve())
    except (FileNotFoundError, ValueError, IndexError, psutil.Error):
        return None
    if not ours or not processes.alive(process):
        return None
    state = lines[STATE_LINE].strip() if len(lines) > STATE_LINE else ""
    return Server(process, int(lines[3]), ready=state == "ready")


def url(home: Path | None = None, database: str = DATABASE) -> str:
    """Return the owner's URL, with the password, of a database of this home; raise RetryLater when it has none yet.

    The owner is a superuser: only `up`, `migrate` and the commands that make or remove logins work as it.
    """
    return _url(home or settings().home, cluster.SUPERUSER, _password, database)


def loader_url(home: Path | None = None) -> str:
    """Return the URL that the hub itself works with: its login writes rows and owns nothing."""
    return _url(home or settings().home, LOADER, loader_password, DATABASE)


def portal_url(home: Path | None = None) -> str:
    """Return the URL that the portal works with: its login sees one agency at a time."""
    return _url(home or settings().home, PORTAL, portal_password, DATABASE)


def analyst_url(home: Path | None = None) -> str:
    """Return the URL that `riskhub sql` asks with: its login reads what an analyst may see."""
    return _url(home or settings().home, ANALYST, analyst_password, DATABASE)


def _url(home: Path, login: str, password: Callable[[Path], str], database: str) -> str:
    port = ports.remembered(home).get(NAME)
    if port is None:
        raise error_of(RetryLater, "postgres.never_started", where=str(home))
    return f"postgresql://{login}:{password(home)}@{ports.HOST}:{port}/{database}"


def psql(home: Path | None = None) -> list[str]:
    """Return the command line that opens the warehouse in `psql` as an analyst; it names a file with the password."""
    home = home or settings().home
    program = binaries.programs(cluster.major_of(home / "postgres"), None) / "psql"
    address = f"postgresql://{ANALYST}@{ports.HOST}:{ports.remembered(home).get(NAME)}/{DATABASE}"
    return [str(program), f"{address}?passfile={quote(str(_password_file(home)))}"]


def _password(home: Path) -> str:
    return secret(home, "postgres.password")


def analyst_password(home: Path | None = None) -> str:
    """Return the password of the login of `riskhub sql`."""
    return secret(home or settings().home, "analyst.password")


def loader_password(home: Path | None = None) -> str:
    """Return the password of the login that the hub works as."""
    return secret(home or settings().home, "loader.password")


def portal_password(home: Path | None = None) -> str:
    """Return the password of the login of the portal."""
    return secret(home or settings().home, "portal.password")


def _password_file(home: Path) -> Path:
    return private_folder(home) / "pgpass"


def _log(home: Path) -> Path:
    return home / "logs" / f"{NAME}.log"


def _until_ready(home: Path, child: subprocess.Popen[bytes]) -> Server:
    end = time.monotonic() + LONGEST_START
    while child.poll() is None and time.monotonic() < end:
        server = running(home)
        if server and server.ready and server.process.pid == child.pid:
            return server
        time.sleep(0.02)
    why = _log(home).read_text("utf-8", "replace").strip().rpartition("\n")[2]
    raise error_of(FixTheHub, "postgres.not_started", where=str(_log(home)), why=why)


def _clear_stale(folder: Path) -> None:
    """Remove the pid file of a server that was killed.

    Its number may belong to another process by now, which the server would take for itself.  Its children end by
    themselves within moments; one that still held the data when a new server starts would damage them, so they are
    waited for and, if need be, killed.
    """
    where = str(folder.resolve())
    orphans = [p for p in psutil.process_iter() if processes.works_in(p, where) and p.name() == "postgres"]
    psutil.wait_procs(orphans, timeout=5)
    processes.stop([orphan for orphan in orphans if processes.alive(orphan)], timeout=2)
    (folder / "postmaster.pid").unlink(missing_ok=True)
