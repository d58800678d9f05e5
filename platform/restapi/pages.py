"""Keyset pages: `{"results": […], "next": url|null}`, never an offset, never a count."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode, urlsplit
from uuid import UUID

import msgspec
from django.db.models import Model, Q, QuerySet

from core.errors import BadInput
from core.words import N_
from restapi.reading import bad_value

LIMIT, MOST = 50, 200
PAGING = ("limit", "cursor")
_LONGEST_LIMIT = 9  # digits
Row = TypeVar("Row", bound=Model)
Item = TypeVar("Item")


@dataclass(frozen=True)
class Page(Generic[Item]):
    """Some rows and the cursor of the next ones, None at the end."""

    rows: Sequence[Item]
    cursor: str | None


def encode(values: Sequence[object]) -> str:
    """An opaque cursor for the values of the order columns of the last row."""
    return base64.urlsafe_b64encode(msgspec.json.encode(list(values))).decode().rstrip("=")


def decode(cursor: str, kinds: Sequence[type]) -> list[Any]:
    """The values behind a cursor; BadInput `bad_cursor` for anything not made by `encode`."""
    try:
        raw = base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4))
        values = msgspec.json.decode(raw, type=list[Any])
        if len(values) != len(kinds):
            raise ValueError
        return [_plain(value, kind) for value, kind in zip(values, kinds, strict=True)]
    except (ValueError, OverflowError, RecursionError, binascii.Error, msgspec.MsgspecError):
        raise BadInput("bad_cursor", N_("This page address is not valid.")) from None


def _plain(value: object, kind: type) -> object:
    """A value of a cursor as its kind; instants must have a zone and are given in UTC."""
    found: object = msgspec.convert(value, kind)
    if not isinstance(found, datetime):
        return found
    if found.tzinfo is None:
        raise ValueError("no zone")
    return found.astimezone(UTC)


def newest_first(
    rows: QuerySet[Row], *, column: str, cursor: str | None, limit: int, key: str = "pk"
) -> Page[Row]:
    """One page of `rows` by `column` and primary key, newest first: one index walk."""
    rows = rows.order_by(f"-{column}", f"-{key}")
    if cursor:
        at, pk = decode(cursor, [datetime, UUID])
        # The plain form of (column, pk) < (at, pk), with a range the index can start from.
        rows = rows.filter(
            Q(**{f"{column}__lte": at}),
            Q(**{f"{column}__lt": at}) | Q(**{f"{key}__lt": pk}),
        )
    found = list(rows[: limit + 1])
    shown = found[:limit]
    more = len(found) > limit
    last = encode([getattr(shown[-1], column), shown[-1].pk]) if more else None
    return Page(shown, last)


def read_limit(text: str | None) -> int:
    """`?limit`, 1 to 200, 50 when absent."""
    if text is None:
        return LIMIT
    digits = text.isascii() and text.isdigit() and len(text) <= _LONGEST_LIMIT
    if not digits or not 1 <= int(text) <= MOST:
        raise BadInput("bad_limit", N_("The limit must be a number from 1 to %(most)s."), most=MOST)
    return int(text)


def answer(
    page: Page[Item], *, url: str, query: dict[str, str], show: Callable[[Item], dict[str, Any]]
) -> dict[str, Any]:
    """The body of a list answer; `url` is this request's, `query` its allowed parameters."""
    following = None
    if page.cursor:
        parts = urlsplit(url)
        base = f"{parts.scheme}://{parts.netloc}{parts.path}" if parts.netloc else parts.path
        following = f"{base}?{urlencode({**query, 'cursor': page.cursor})}"
    return {"results": [show(row) for row in page.rows], "next": following}


def allowed(query: dict[str, str], names: Sequence[str], *, paged: bool = True) -> dict[str, str]:
    """The query parameters, all of them known and without U+0000, empty ones left out.

    `names` are known, and those of a page where the answer is `paged`. BadInput
    `unknown_filter` or `bad_filter`.
    """
    known = {*names, *(PAGING if paged else ())}
    for name, value in query.items():
        if name not in known:
            raise BadInput(
                "unknown_filter",
                N_("There is no filter %(name)s here; there are: %(names)s."),
                name=name,
                names=", ".join(sorted(known)),
            )
        if "\x00" in value:
            raise bad_value(name, value)
    return {name: value for name, value in query.items() if value != ""}
