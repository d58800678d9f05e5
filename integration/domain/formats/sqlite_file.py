"""A SQLite file that came from outside, opened so that nothing in it can act.

It is a copy in memory. A query may read columns of plain tables: views, functions, virtual tables,
computed columns, triggers, extensions, attached files and writing are all refused, values are
bounded, and so is the work a query may be.
"""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from core.errors import BadInput
from core.words import N_

__all__ = ["MAGIC", "Base", "opened", "quoted"]

MAGIC: Final = b"SQLite format 3\x00"

_LEAST = 512  # bytes of a page
_VERSIONS = slice(18, 20)  # of the journal: 2 is a write-ahead log, which a copy has not
_PLAIN_JOURNAL = b"\x01\x01"
_LONGEST = 16 << 20  # bytes of a value
_MOST_TABLES = 10_000
_STEPS = 100_000  # of SQLite's machine between two looks
_MOST_LOOKS = 5_000
_COLUMNS = "table_xinfo"  # the one pragma that is allowed
_VIRTUAL = re.compile(r"\s*CREATE\s+VIRTUAL\b", re.IGNORECASE)
_COMPUTED = re.compile(r"\bGENERATED\b|\bAS\s*\(", re.IGNORECASE)
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: _LONGEST,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 1 << 20,
    sqlite3.SQLITE_LIMIT_COLUMN: 2000,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 100,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 1,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}


@dataclass(frozen=True)
class Base:
    """An opened file, its bytes in number, and its plain tables."""

    connection: sqlite3.Connection
    size: int
    tables: frozenset[str] = field(default_factory=frozenset)

    def rows(self, sql: str, *parameters: object, of: tuple[str, ...]) -> sqlite3.Cursor:
        """The rows of a query over the tables ``of``; BadInput where one is no plain table."""
        if not all(map(self._is_plain, of)):
            raise _unsound()
        return self.connection.execute(sql, parameters)

    def check_read(self, size: int) -> None:
        """BadInput once a table gave more than its file has bytes: then rows share their values."""
        if size > self.size:
            raise _unsound()

    def _is_plain(self, name: str) -> bool:
        """Whether it is one of the tables, and SQLite itself knows of no computed column in it.

        What the file says of its tables may be a lie, or hide behind a comment.
        """
        if name not in self.tables:
            return False
        columns = self.connection.execute(f"PRAGMA main.{_COLUMNS}({quoted(name)})")
        return not any(hidden for *_, hidden in columns)


@contextmanager
def opened(body: bytes) -> Iterator[Base]:
    """The file of some bytes. Raises BadInput ``malformed_file``, also for faults found later.

    Texts that are no UTF-8 come with surrogates in the place of their bytes.
    """
    if not body.startswith(MAGIC) or len(body) < _LEAST:
        message = N_("The delivery is no GeoPackage, which is a SQLite file.")
        raise BadInput("malformed_file", message)
    try:
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.deserialize(_without_log(body))
            _confine(connection)
            yield Base(connection, len(body), _plain_tables(connection))
    except (sqlite3.Error, OverflowError, MemoryError):
        raise _unsound() from None


def _without_log(body: bytes) -> bytes:
    """The file as one whose write-ahead log was written back: a copy in memory has none."""
    if body[_VERSIONS] == _PLAIN_JOURNAL:
        return body
    return body[: _VERSIONS.start] + _PLAIN_JOURNAL + body[_VERSIONS.stop :]


def quoted(name: str) -> str:
    """A name as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


def _confine(connection: sqlite3.Connection) -> None:
    connection.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
    for pragma in ("trusted_schema=OFF", "cell_size_check=ON", "query_only=ON", "mmap_size=0"):
        connection.execute(f"PRAGMA {pragma}")
    for kind, most in _LIMITS.items():
        connection.setlimit(kind, most)
    connection.set_authorizer(_may)
    connection.set_progress_handler(_counted(), _STEPS)


def _may(action: int, what: Any, _column: Any, _base: Any, through: str | None) -> int:
    """Whether a query may do something; ``through``: the view or trigger that would do it."""
    reads = action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ)
    reads |= action == sqlite3.SQLITE_PRAGMA and what == _COLUMNS
    return sqlite3.SQLITE_OK if reads and through is None else sqlite3.SQLITE_DENY


def _counted() -> Callable[[], int]:
    looks = 0

    def enough() -> int:
        nonlocal looks
        looks += 1
        return looks > _MOST_LOOKS

    return enough


def _plain_tables(connection: sqlite3.Connection) -> frozenset[str]:
    found = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' LIMIT ?", (_MOST_TABLES,)
    )
    return frozenset(
        name
        for name, sql in found
        if isinstance(name, str)
        and isinstance(sql, str)
        and not (_VIRTUAL.match(sql) or _COMPUTED.search(sql))
    )


def _unsound() -> BadInput:
    message = N_(
        "The GeoPackage is damaged, or its layer is no plain table: views and computed columns"
        " are not read."
    )
    return BadInput("malformed_file", message)
