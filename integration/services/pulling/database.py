"""Pulling from a view of a PostgreSQL database, in the order of a column that only rises.

The transaction there is read-only and its statements are bounded in time. The name of the view and
of its columns are quoted as names: settings hold no SQL.
"""

from collections.abc import Sequence
from contextlib import closing
from typing import Any

import psycopg2
from django.conf import settings as site
from psycopg2 import sql

from core.errors import RuleBroken
from core.words import N_
from integration.domain.pulling import tables
from integration.domain.pulling.settings import Database
from integration.domain.pulling.targets import Entry, Place, entry_for
from integration.services.pulling.handing_in import Run
from integration.services.pulling.resolving import PullFailed, Resolve, checked_address
from integration.services.pulling.secrets import opened

__all__ = ["place_of_database", "pull_database"]

_PATIENCE = 10  # seconds to connect


def place_of_database(settings: Database) -> Place:
    """The place that must be on the list."""
    host = settings.host.strip()
    return Place("postgresql", host if host.startswith("/") else host.lower(), settings.port)


def pull_database(run: Run, settings: Database, entries: list[Entry], resolver: Resolve) -> None:
    """Deliver what is above the mark, page by page.

    Raises PullFailed ``source_failed``, ``name_unknown``, ``address_refused``, and RuleBroken
    ``place_not_allowed``, ``no_rising_column``, ``ties``.
    """
    entry = entry_for(place_of_database(settings), entries)
    try:
        with closing(_connected(run, settings, entry, resolver)) as source:
            _pages(run, settings, source)
    except psycopg2.Error as error:
        message = N_("The source database refuses: %(why)s")
        raise PullFailed("source_failed", message, why=_why(error)) from None


def _connected(run: Run, settings: Database, entry: Entry, resolver: Resolve) -> Any:
    kept = run.held.source
    secret = opened(kept.id, kept.sealed_secret)
    where: dict[str, Any] = {"host": entry.place.host, "port": entry.place.port}
    if not entry.place.host.startswith("/"):
        # The name stays for TLS to verify; the address is the one that was checked.
        where["hostaddr"] = checked_address(entry, resolver)
        where["sslmode"] = settings.tls
        if settings.tls == "verify-full":
            where["sslrootcert"] = site.PULL_CA_FILE or "system"
    made = psycopg2.connect(
        dbname=settings.database,
        user=secret.get("user", ""),
        password=secret.get("password", ""),
        connect_timeout=_PATIENCE,
        application_name="egret pull",
        options=f"-c statement_timeout={settings.seconds * 1000} -c lock_timeout=5000"
        " -c idle_in_transaction_session_timeout=600000",
        tcp_user_timeout=settings.seconds * 1000,
        keepalives_idle=30,  # a line that died while the answer is waited for is noticed
        keepalives_interval=10,
        keepalives_count=3,
        **where,
    )
    made.set_session(readonly=True, autocommit=False)
    return made


def _pages(run: Run, settings: Database, source: Any) -> None:
    # A value above the last, less what is read again because it may have come late.
    at = _beginning(run.cursor, settings)
    for _ in range(settings.pages):
        if run.over:
            break
        run.requests += 1
        columns, rows, run.more = _page(source, settings, at)
        run.heard = True
        if not rows:
            return
        last = _place_in(columns, rows[-1], settings)
        kept = [tables.mark(one) for one in last]
        body = tables.lines(columns, rows)
        run.took(len(body))
        run.hand_in(body, lambda _, kept=kept: {"above": kept})  # type: ignore[misc]
        if not run.more:
            return
        at = last


def _beginning(cursor: dict[str, Any], settings: Database) -> list[Any] | None:
    if "above" not in cursor:
        return None
    found = [tables.value(one) for one in cursor["above"]]
    if not settings.overlap:
        return found
    lower = tables.lower(found[0], settings.overlap)
    return [lower] if lower != found[0] else found


def _page(
    source: Any, settings: Database, at: Sequence[Any] | None
) -> tuple[list[str], list[tuple[Any, ...]], bool]:
    """Columns and rows of one page, in a transaction of its own, and whether there is more."""
    order = [settings.rising, *([settings.unique] if settings.unique else [])]
    view = sql.Identifier(*settings.view.split("."))
    above: sql.Composable = sql.SQL("")
    if at is not None:
        named = sql.SQL(", ").join(map(sql.Identifier, order[: len(at)]))
        holes = sql.SQL(", ").join([sql.Placeholder()] * len(at))
        above = sql.SQL(" WHERE ({}) > ({})").format(named, holes)
    query = sql.SQL("SELECT * FROM {}{} ORDER BY {} LIMIT {}").format(
        view,
        above,
        sql.SQL(", ").join(map(sql.Identifier, order)),
        sql.Literal(settings.rows + 1),
    )
    with source, source.cursor() as cursor:
        cursor.execute(query, list(at or ()))
        columns = [one.name for one in cursor.description]
        try:
            rows = cursor.fetchall()
        except (ValueError, OverflowError) as error:
            # such as a year before our era
            message = N_("The source database gives a value that is not read here: %(why)s")
            raise PullFailed("source_failed", message, why=str(error)[:200]) from None
    return columns, _untied(columns, rows, settings), len(rows) > settings.rows


def _untied(
    columns: list[str], rows: list[tuple[Any, ...]], settings: Database
) -> list[tuple[Any, ...]]:
    """At most a page; without a unique column it ends where the rising value changes.

    RuleBroken ``ties`` where a whole page has one value: going on above it would lose rows.
    """
    if len(rows) <= settings.rows:
        return rows
    page, beyond = rows[: settings.rows], rows[settings.rows]
    if settings.unique:
        return page
    place = columns.index(settings.rising)
    whole = [row for row in page if row[place] != beyond[place]]
    if not whole:
        message = N_(
            "More than %(rows)s rows have the same %(column)s. Name a second column that tells"
            " them apart, or take larger pages."
        )
        raise RuleBroken("ties", message, rows=settings.rows, column=settings.rising)
    return whole


def _place_in(columns: list[str], row: Sequence[Any], settings: Database) -> list[Any]:
    names = [settings.rising, *([settings.unique] if settings.unique else [])]
    try:
        return [row[columns.index(name)] for name in names]
    except ValueError:
        message = N_("The view has no column %(names)s.")
        raise RuleBroken("no_rising_column", message, names=", ".join(names)) from None


def _why(error: psycopg2.Error) -> str:
    """What the server says, in one line; never the connection's parameters."""
    if error.diag.message_primary:
        return str(error.diag.message_primary)[:200]
    lines = [one for one in str(error).splitlines() if one.strip()]
    return (lines[0] if lines else type(error).__name__)[:200]
