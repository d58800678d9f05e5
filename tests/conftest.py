"""Real PostgreSQL for every test that asks for one.

A template database is migrated by the owner and given the demo city once a run; every worker
works on a copy of it, as the application role. `db` rolls back; `committed_db` is a fresh copy.
"""

import io
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from pytest_django.plugin import DjangoDbBlocker
from rest_framework.test import APIClient

from tests.cast import Cast

ROOT = Path(__file__).resolve().parents[1]
BINHAI = ROOT / "fixtures" / "binhai"
# Playwright's synchronous door keeps an event loop in the test's thread.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
_RUN = os.environ.setdefault("EGRET_TEST_RUN", uuid.uuid4().hex[:10])
_BARE = f"egret_test_{_RUN}_bare"
_TEMPLATE = f"egret_test_{_RUN}_template"
# Tests roll back. A vacuum that meets their tables between two of them takes note that their pages
# are empty, and the planner of the next one believes it, however much that one has just written.
_NO_VACUUM = """
DO $$ DECLARE one text; BEGIN
    FOR one IN SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
               WHERE schemaname = current_schema() LOOP
        EXECUTE 'ALTER TABLE ' || one || ' SET (autovacuum_enabled = false)';
    END LOOP;
END $$
"""


@contextmanager
def _owner() -> "Iterator[psycopg2.extensions.cursor]":
    """A cursor of the owner, outside any transaction."""
    with closing(psycopg2.connect(os.environ["DATABASE_OWNER_URL"])) as held:
        held.autocommit = True
        yield held.cursor()


def _run(statement: str) -> None:
    with _owner() as cursor:
        cursor.execute(statement)


def _copy(name: str, template: str = _TEMPLATE) -> None:
    _run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def _drop(name: str) -> None:
    """Drop a database, waiting a little for backends that are on their way out.

    The owner may not end the application role's sessions, which FORCE would do.
    """
    for patience in (0.05, 0.2, 0.5, 1, 2, 4):
        try:
            _run(f'DROP DATABASE IF EXISTS "{name}"')
        except psycopg2.errors.ObjectInUse:
            time.sleep(patience)
        else:
            return
    _run(f'DROP DATABASE IF EXISTS "{name}"')


class _Pointed:
    """The default connection pointed at another database, and back."""

    def __init__(self, **changes: str) -> None:
        self.changes = changes

    def __enter__(self) -> None:
        connection.close()
        self.before = dict(connection.settings_dict)
        connection.settings_dict.update(self.changes)

    def __exit__(self, *error: object) -> None:
        connections.close_all()
        connection.settings_dict.update(self.before)


def _owner_settings() -> dict[str, str]:
    from config.environment import database  # noqa: PLC0415 - settings must be up

    found = database(os.environ["DATABASE_OWNER_URL"])
    return {key: found[key] for key in ("USER", "PASSWORD", "HOST", "PORT")}


def _make_template() -> None:
    _run(f'CREATE DATABASE "{_BARE}"')
    with _Pointed(NAME=_BARE, **_owner_settings()):
        call_command("migrate", verbosity=0)
    _copy(_TEMPLATE, _BARE)
    with _Pointed(NAME=_TEMPLATE, **_owner_settings()), connection.cursor() as cursor:
        cursor.execute(_NO_VACUUM)
    with _Pointed(NAME=_TEMPLATE):
        call_command("load_city", str(BINHAI), verbosity=0, stdout=io.StringIO())


def pytest_sessionfinish(session: pytest.Session) -> None:
    """The controller drops every database of this run."""
    if hasattr(session.config, "workerinput") or "DATABASE_OWNER_URL" not in os.environ:
        return
    with _owner() as cursor:
        cursor.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s", [f"egret_test_{_RUN}_%"]
        )
        names = [row[0] for row in cursor.fetchall()]
    for name in names:
        _drop(name)


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """One template a run, one copy a worker."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    shared = tmp_path_factory.getbasetemp().parent if worker != "main" else None
    with django_db_blocker.unblock():
        if shared is None:
            _make_template()
        else:
            _once(shared / "egret-template")
        name = f"egret_test_{_RUN}_{worker}"
        _copy(name)
        connection.close()
        connection.settings_dict["NAME"] = name
    yield
    with django_db_blocker.unblock():
        connections.close_all()


def _once(mark: Path) -> None:
    """The first worker makes the template, the others wait for it."""
    try:
        mark.with_suffix(".making").touch(exist_ok=False)
    except FileExistsError:
        until = time.monotonic() + 180
        while not mark.exists():
            if time.monotonic() > until:
                raise TimeoutError("the template database was not made") from None
            time.sleep(0.1)
        return
    _make_template()
    mark.touch()


@contextmanager
def _own(template: str, blocker: DjangoDbBlocker) -> Iterator[str]:
    name = f"egret_test_{_RUN}_{uuid.uuid4().hex[:8]}"
    _copy(name, template)
    with blocker.unblock(), _Pointed(NAME=name):
        yield name
    _drop(name)


@pytest.fixture
def committed_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A database of its own, with the demo city, where commits are real. Gives its name.

    For threads, kills and LISTEN/NOTIFY; other processes reach it by `database_url`.
    """
    with _own(_TEMPLATE, django_db_blocker) as name:
        yield name


@pytest.fixture
def bare_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """As `committed_db`, migrated and empty: for another city."""
    with _own(_BARE, django_db_blocker) as name:
        yield name


@pytest.fixture
def database_url(committed_db: str) -> str:
    """The address of `committed_db` for a subprocess."""
    base, _, query = os.environ["DATABASE_URL"].partition("?")
    address = f"{base.rsplit('/', 1)[0]}/{committed_db}"
    return f"{address}?{query}" if query else address


@pytest.fixture
def api_client() -> APIClient:
    """A client that has proved nothing yet; see `cast.client`."""
    return APIClient()


@pytest.fixture
def cast() -> Cast:
    """The officers of the demo city by what they are in the story; needs a database."""
    return Cast()


@pytest.fixture(autouse=True)
def _plain_settings() -> Iterator[None]:
    """Demo accounts may sign in and pages find their static files, as in `./dev up`."""
    before = settings.DEMO
    settings.DEMO = True
    yield
    settings.DEMO = before


@pytest.fixture(autouse=True)
def _fresh_caches() -> Iterator[None]:
    """A process forgets its city, and what it holds for a moment, between tests."""
    from city.selectors import forget  # noqa: PLC0415 - settings must be up
    from core.brief import forget_everything  # noqa: PLC0415

    forget()
    forget_everything()
    yield
