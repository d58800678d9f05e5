"""The private server seen by its owner and its superuser, and the tables that a push writes."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor

__all__ = [
    "NO_VACUUM",
    "Counts",
    "checkpoint",
    "copied_from",
    "counts",
    "drop_and_make",
    "emptied",
    "exists",
    "owner",
    "pointed",
    "postmaster",
    "settled",
    "superuser",
    "version",
]

Counts = dict[str, int]
_ADDRESSES = ("DATABASE_URL", "DATABASE_OWNER_URL")

_TABLES = """
SELECT c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
ORDER BY 1
"""
_REFERENCES = """
SELECT r.relname, t.relname FROM pg_constraint AS c
JOIN pg_class AS r ON r.oid = c.conrelid JOIN pg_class AS t ON t.oid = c.confrelid
WHERE c.contype = 'f'
"""
# Its naps of a minute would fall now on one side of a comparison, now on the other.
NO_VACUUM = sql.SQL("ALTER TABLE {} SET (autovacuum_enabled = false)")


@contextmanager
def _session(address: str) -> Iterator[Cursor]:
    with closing(psycopg2.connect(address)) as connection:
        connection.autocommit = True
        yield connection.cursor()


@contextmanager
def owner() -> Iterator[Cursor]:
    """A cursor of the tables' owner, outside any transaction."""
    with _session(os.environ["DATABASE_OWNER_URL"]) as cursor:
        yield cursor


@contextmanager
def superuser() -> Iterator[Cursor]:
    """A cursor of the server's superuser in the same database."""
    with owner() as cursor:
        place = cursor.connection.info.dsn_parameters
    with _session(f"host={place['host']} dbname={place['dbname']} user=postgres") as cursor:
        yield cursor


def postmaster() -> int:
    """The id of the server's first process."""
    file = Path(os.environ["EGRET_STATE_DIR"]) / "pg" / "postmaster.pid"
    return int(file.read_text("ascii").splitlines()[0])


def version() -> str:
    """The server's version."""
    with owner() as cursor:
        return str(cursor.connection.info.parameter_status("server_version"))


def counts() -> Counts:
    """Rows by table."""
    with owner() as cursor:
        cursor.execute(_TABLES)
        found = {}
        for (name,) in cursor.fetchall():
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name)))
            row = cursor.fetchone()
            found[name] = row[0] if row else 0
        return found


def emptied(before: Counts) -> None:
    """Empty every table that was empty then; the others have a few rows more and keep them.

    A table to which a kept one refers cannot be emptied, and needs not.
    """
    kept = {name for name, rows in before.items() if rows}
    with owner() as cursor:
        cursor.execute(_REFERENCES)
        references = cursor.fetchall()
        while named := {there for here, there in references if here in kept} - kept:
            kept |= named
        names = [sql.Identifier(name) for name in before if name not in kept]
        cursor.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(names)))


def settled() -> None:
    """Statistics of all tables as they are now, and no vacuum that comes by itself."""
    with owner() as cursor:
        cursor.execute(_TABLES)
        for (name,) in cursor.fetchall():
            cursor.execute(NO_VACUUM.format(sql.Identifier(name)))
        cursor.execute("ANALYZE")


def checkpoint() -> None:
    """Write out everything, so that no measured part pays for an earlier one."""
    with superuser() as cursor:
        cursor.execute("CHECKPOINT")


def drop_and_make(name: str) -> None:
    """A database of that name, new and empty. It may be the present one if nobody else uses it."""
    with pointed("postgres"), owner() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def exists(name: str) -> bool:
    """Whether there is such a database."""
    with owner() as cursor:
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", [name])
        return cursor.rowcount > 0


def copied_from(name: str, source: str) -> None:
    """A database as another one is now; nobody may be connected to that."""
    with pointed("postgres"), owner() as cursor:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        cursor.execute(statement.format(sql.Identifier(name), sql.Identifier(source)))


@contextmanager
def pointed(name: str) -> Iterator[None]:
    """Everything inside the block, started processes too, uses another database of the server."""
    before = {variable: os.environ[variable] for variable in _ADDRESSES}
    for variable, address in before.items():
        os.environ[variable] = urlunsplit(urlsplit(address)._replace(path=f"/{name}"))
    try:
        yield
    finally:
        os.environ.update(before)
