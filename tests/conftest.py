"""What tests share: one real PostgreSQL per run, a fresh warehouse and a fresh home per test, the public data."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import psutil
import psycopg
import pytest

from hub.settings import PROJECT, settings
from stack import databases
from stack import postgres as server
from stack.home import only_one, silent
from stack.migrate import migrate
from tests.support.own_database import RUN, beside, new_database, variables_of
from tests.support.small_source import SmallSource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TEMPLATE = "migrated"
# The server lives as long as the run: nothing of it has to survive a power cut.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "256MB"}
MEMORY = Path("/dev/shm")  # noqa: S108 - files in memory: small ones are copied and synced many times as fast there
ROOM = 6 << 30  # bytes that must be free there

# The same examples in every run, and no deadline: two cores are shared with a database.  To look for new ones:
# pytest --hypothesis-profile explore
hypothesis.settings.register_profile("seeded", deadline=None, derandomize=True)
hypothesis.settings.register_profile("explore", deadline=None, max_examples=1_000)
hypothesis.settings.load_profile("seeded")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--update`: write what is compared with anew, to be read afterwards."""
    parser.addoption(
        "--update", action="store_true", help="write anew what is compared with: expected.json, pages, examples"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the run's folder before any worker starts, and shut out the settings of a hub that is in use here."""
    for noise in ("ignore:GitWildMatchPattern:DeprecationWarning", "ignore:Using `httpx`"):  # Airflow's own
        config.addinivalue_line("filterwarnings", noise)
    if not hasattr(config, "workerinput"):
        folder = Path(tempfile.mkdtemp(prefix="riskhub-tests-", dir=_in_memory()))
        folder.chmod(0o755)  # the database server is another user when root runs the tests
        os.environ[RUN] = str(folder)
        if folder.is_relative_to(MEMORY) and not config.option.basetemp:  # a load waits for the disk a dozen times
            config.option.basetemp = f"{folder}-t"  # beside it: some tests look for what the server has written
    for name in set(os.environ) - {RUN, "RISKHUB_TEST_DATA"}:
        if name.startswith("RISKHUB_"):
            del os.environ[name]
    os.environ["RISKHUB_HOME"] = str(Path(os.environ[RUN]) / "no-home")
    os.environ["RISKHUB_LANG"] = "en"  # whatever the machine speaks


def _in_memory() -> Path | None:
    """Return where files lie in memory, if this machine has such a place with room; None for the usual place."""
    roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    return MEMORY if roomy and psutil.virtual_memory().available > 2 * ROOM else None


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the run's server; the process that was first goes last."""
    if hasattr(config, "workerinput"):
        return
    folder = Path(os.environ.pop(RUN))
    server.stop(folder)
    data = folder / "postgres"
    if data.is_symlink():
        shutil.rmtree(data.resolve(), ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(f"{folder}-t", ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs the database, and put what runs Airflow first: it takes longest."""
    for item in items:
        if "postgres" in getattr(item, "fixturenames", ()):
            item.add_marker("database")
    items.sort(key=lambda item: item.get_closest_marker("airflow") is None)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give tests to workers one by one, but those of `dags/` and of each file of `stack/` and `pages/` to one worker.

    Airflow is imported and started once then, and a browser once per file.  (`--dist loadgroup`
    would do, but xdist 3.8 does not see the groups under pytest 9.2.)
    """
    from xdist.scheduler.loadscope import LoadScopeScheduling  # type: ignore[import-untyped] # noqa: PLC0415

    class ByNeed(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            if nodeid.startswith("tests/dags/"):
                return "airflow"
            return nodeid.partition("::")[0] if nodeid.startswith(("tests/stack/", "tests/pages/")) else nodeid

    config.option.loadscopereorder = False
    return ByNeed(config, log)


@pytest.fixture(scope="session")
def shared() -> Callable[[str], Path]:
    """Return a function from a name such as `data/fire/x.csv` to its path; it skips the test where that is absent."""
    root = Path(os.environ.get("RISKHUB_TEST_DATA") or PROJECT.parent / "shared")

    def find(name: str) -> Path:
        path = root / name
        if not path.exists():
            pytest.skip(f"{name} is not in {root}: set RISKHUB_TEST_DATA to the folder of the public data")
        return path

    return find


@pytest.fixture(autouse=True)
def own_settings() -> None:
    """Let each test read the settings anew, and make files as anybody would: one before it may have done otherwise.

    Parts of the hub close what their process makes to other users, and the tests share a process with them.
    """
    settings.cache_clear()
    os.environ["RISKHUB_LANG"] = "en"  # `--language` sets it for the process
    os.umask(0o022)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a home of this test's own; exchange folders, raw store and work store lie in it."""
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("RISKHUB_HOME", str(folder))
    settings.cache_clear()
    yield folder
    settings.cache_clear()


@pytest.fixture
def small(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallSource:  # noqa: ARG001
    """Give the small source, the only one that the hub of this test knows."""
    monkeypatch.setenv("RISKHUB_SOURCES", str(tmp_path / "sources"))
    settings.cache_clear()
    return SmallSource(tmp_path / "sources")


@pytest.fixture(scope="session")
def postgres() -> str:
    """Give the URL of the server's own database `postgres`, as a user who may do everything."""
    folder = Path(os.environ[RUN])
    with only_one(folder, silent):
        server.start(folder, extra=FAST)
    return server.url(folder, "postgres")


@pytest.fixture(scope="session")
def template(postgres: str) -> str:
    """Give the name of a migrated, empty warehouse to copy; the first worker that needs it makes it."""
    with only_one(Path(os.environ[RUN]), silent), psycopg.connect(postgres, autocommit=True) as conn:
        if not conn.execute("select 1 from pg_database where datname = %s", [TEMPLATE]).fetchone():
            settings.cache_clear()  # made before `own_settings` of the test: those of the test before may be held
            databases.ensure(postgres, "making")
            migrate(beside(postgres, "making"))
            conn.execute(f"alter database making rename to {TEMPLATE}".encode())
    return TEMPLATE


@pytest.fixture
def warehouse(
    postgres: str,
    template: str,
    home: Path,  # noqa: ARG001 - what is loaded comes from a home of the test's own
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[str]:
    """Give the owner's URL of a migrated, empty warehouse of this test's own.

    The settings name it as in production: the hub works as the loader, `riskhub sql` as an analyst.
    """
    with new_database(postgres, template) as url:
        for variable, value in variables_of(url).items():
            monkeypatch.setenv(variable, value)
        settings.cache_clear()
        yield url


@pytest.fixture(scope="module")
def database(postgres: str, template: str) -> Iterator[str]:
    """Give the owner's URL of a migrated warehouse that the tests of a module share; the settings do not name it."""
    with new_database(postgres, template) as url:
        yield url
