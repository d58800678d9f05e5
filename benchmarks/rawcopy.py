"""What a push wrote, dumped and given to raw COPY: identical empty tables, the same batches."""

import io
import multiprocessing
import os
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import psycopg2
from psycopg2 import sql

from benchmarks.database import NO_VACUUM, Counts, counts, owner

__all__ = ["Dump", "copied", "dumped"]

_fork = multiprocessing.get_context("fork")
_COLUMNS = """
SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0
AND NOT attisdropped AND attgenerated = '' ORDER BY attnum
"""


@dataclass(frozen=True)
class Dump:
    """Rows in COPY's text form: one list of (statement, text) a batch, and rows by table."""

    batches: list[list[tuple[str, bytes]]]
    rows: Counts
    bytes: int


def dumped(before: Counts, *, batches: int) -> Dump:
    """All rows that were written since ``before``, in their physical order, cut into batches.

    Twins of the tables are made anew in the schema ``twin``: same columns, defaults, checks and
    indexes; no foreign keys and no triggers, which makes COPY into them the cheaper.
    """
    parts: list[list[tuple[str, bytes]]] = [[] for _ in range(batches)]
    written: Counts = {}
    with owner() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS twin CASCADE; CREATE SCHEMA twin")
    for name, rows in counts().items():
        if rows <= before[name]:
            continue
        written[name] = rows - before[name]
        statement, lines = _rows(name, before[name])
        for number in range(batches):
            chosen = lines[len(lines) * number // batches : len(lines) * (number + 1) // batches]
            if chosen:
                parts[number].append((statement, b"".join(chosen)))
    size = sum(len(text) for part in parts for _, text in part)
    return Dump(parts, written, size)


def _rows(name: str, skipped: int) -> tuple[str, list[bytes]]:
    """The COPY statement into a table's twin, and the table's rows but the first ``skipped``."""
    table, twin = sql.Identifier(name), sql.Identifier("twin", name)
    with owner() as cursor:
        cursor.execute(_COLUMNS, [f'public."{name}"'])
        columns = sql.SQL(", ").join(sql.Identifier(row[0]) for row in cursor.fetchall())
        cursor.execute(
            sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL)").format(
                twin, sql.Identifier("public", name)
            )
        )
        cursor.execute(NO_VACUUM.format(twin))
        out = io.BytesIO()
        select = sql.SQL("COPY (SELECT {} FROM {} ORDER BY tableoid, ctid OFFSET {}) TO STDOUT")
        cursor.copy_expert(select.format(columns, table, sql.Literal(skipped)), out)
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(twin, columns)
        # Text form has one line a row: line breaks inside of values are escaped.
        return statement.as_string(cursor), out.getvalue().splitlines(keepends=True)


def copied(dump: Dump, *, connections: int) -> float:
    """Seconds to COPY the dump into the emptied twins, each batch in one transaction."""
    with owner() as cursor:
        twins = [sql.Identifier("twin", name) for name in dump.rows]
        cursor.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(twins)))
    turn, barrier = _fork.Value("l", 0), _fork.Barrier(connections)
    ends = []
    for _ in range(connections):
        here, there = _fork.Pipe(duplex=False)
        process = _fork.Process(target=_copy, args=(dump.batches, turn, barrier, there))
        process.start()
        there.close()
        ends.append((process, here))
    spans = [end.recv() for _, end in ends]
    for process, _ in ends:
        process.join()
    return float(max(span[1] for span in spans) - min(span[0] for span in spans))


def _copy(batches: Sequence[list[tuple[str, bytes]]], turn: Any, barrier: Any, end: Any) -> None:
    with closing(psycopg2.connect(os.environ["DATABASE_OWNER_URL"])) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT 1")
        connection.commit()
        barrier.wait()
        began = time.perf_counter()
        while True:
            with turn.get_lock():
                number = turn.value
                turn.value += 1
            if number >= len(batches):
                break
            for statement, text in batches[number]:
                cursor.copy_expert(statement, io.BytesIO(text), 1 << 16)
            connection.commit()
        end.send((began, time.perf_counter()))
