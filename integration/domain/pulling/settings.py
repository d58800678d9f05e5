"""What the settings of a source say; they hold no secrets."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import PurePosixPath
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from core.errors import DomainError, RuleBroken
from core.words import N_
from integration.domain.pulling.targets import place_of

__all__ = [
    "Database",
    "Folder",
    "Http",
    "LinkHeader",
    "NextPath",
    "Numbered",
    "Offset",
    "Once",
    "Paging",
    "Settings",
    "Window",
    "identity",
    "read",
]

Name = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.$\[\]-]{1,64}$")]
Size = Annotated[int, Meta(ge=1, le=10_000)]
Number = Annotated[int, Meta(ge=0, le=1_000_000)]
Path = Annotated[str, Meta(min_length=1, max_length=200)]


class _Part(Struct, frozen=True, forbid_unknown_fields=True):
    """What is not known is a mistake."""


class Once(_Part, frozen=True, kw_only=True, tag="once", tag_field="form"):
    """The whole in one answer."""


class LinkHeader(_Part, frozen=True, kw_only=True, tag="link_header", tag_field="form"):
    """The next page stands in a header ``Link`` with ``rel="next"`` (RFC 8288)."""


class NextPath(_Part, frozen=True, kw_only=True, tag="next_path", tag_field="form"):
    """The next page's address stands at a dotted path of the JSON answer."""

    path: Path


class Numbered(_Part, frozen=True, kw_only=True, tag="page", tag_field="form"):
    """Pages have numbers, counted from ``first``; one without rows is the end."""

    parameter: Name = "page"
    first: Number = 1
    size_parameter: Name | None = None
    size: Size = 100


class Offset(_Part, frozen=True, kw_only=True, tag="offset", tag_field="form"):
    """Pages begin behind so many rows; one without rows is the end."""

    parameter: Name = "offset"
    size_parameter: Name = "limit"
    size: Size = 100


class Window(_Part, frozen=True, kw_only=True, tag="window", tag_field="form"):
    """What changed within a span of time, span after span, in numbered pages (Open311).

    ``start``: where the first span begins (ISO 8601 with offset). ``days``: its length at most.
    ``overlap_minutes``: how much of the past is asked for again each time.
    """

    start: str
    from_parameter: Name = "start_date"
    until_parameter: Name = "end_date"
    days: Annotated[int, Meta(ge=1, le=90)] = 90
    overlap_minutes: Annotated[int, Meta(ge=0, le=129_600)] = 60
    parameter: Name = "page"
    size_parameter: Name | None = "page_size"
    size: Size = 100


Paging = Once | LinkHeader | NextPath | Numbered | Offset | Window


class Http(_Part, frozen=True, kw_only=True, tag="http", tag_field="kind"):
    """An address of HTTP. ``index``: the answer names CAP messages, which are fetched one by one.

    ``seconds``: for one answer, from the first byte to the last. ``pages``: at most in one pull.
    """

    url: Annotated[str, Meta(min_length=1, max_length=2000)]
    paging: Paging = Once()
    index: Literal["none", "cap"] = "none"
    accept: Annotated[str, Meta(pattern=r"^[ -~]{1,200}$")] | None = None
    seconds: Annotated[int, Meta(ge=1, le=120)] = 30
    pages: Annotated[int, Meta(ge=1, le=100)] = 20


class Folder(_Part, frozen=True, kw_only=True, tag="folder", tag_field="kind"):
    """A directory below the one that the installation has set apart for it.

    ``settle_seconds``: a file whose size still changes within that time is left alone.
    """

    directory: Annotated[str, Meta(min_length=1, max_length=400)]
    settle_seconds: Annotated[int, Meta(ge=0, le=60)] = 5
    files: Annotated[int, Meta(ge=1, le=1000)] = 100


class Database(_Part, frozen=True, kw_only=True, tag="database", tag_field="kind"):
    """One view of a PostgreSQL database, read in the order of a column that only rises.

    ``unique``: a column that tells apart rows of equal ``rising``; none: ``rising`` does itself.
    ``overlap``: how much below the last value is read again each time, in seconds for times.
    """

    host: Annotated[str, Meta(min_length=1, max_length=255)]
    port: Annotated[int, Meta(ge=1, le=65_535)] = 5432
    database: Annotated[str, Meta(pattern=r"^[^\x00-\x1f]{1,63}$")]
    tls: Literal["verify-full", "require", "disable"] = "verify-full"
    view: Annotated[str, Meta(min_length=3, max_length=130)]
    rising: Annotated[str, Meta(min_length=1, max_length=63)]
    unique: Annotated[str, Meta(min_length=1, max_length=63)] | None = None
    overlap: Number = 0
    rows: Size = 5000
    pages: Annotated[int, Meta(ge=1, le=100)] = 20
    seconds: Annotated[int, Meta(ge=1, le=120)] = 30


Settings = Http | Folder | Database
_IDENTIFIER = re.compile(r"[^\W\d][\w$]{0,62}")


def read(document: Mapping[str, object]) -> Settings:
    """The settings of a document; RuleBroken ``pull_settings_invalid`` with what is wrong."""
    try:
        settings: Settings = msgspec.convert(document, Settings)
    except msgspec.ValidationError as error:
        raise _invalid(str(error)) from None
    for fault in _faults(settings):
        raise fault
    return settings


def identity(settings: Settings) -> tuple[object, ...]:
    """What makes another source of it: with any of it changed, a cursor means nothing."""
    if isinstance(settings, Http):
        return (settings.url, settings.paging, settings.index)
    if isinstance(settings, Folder):
        return (settings.directory,)
    place = (settings.host, settings.port, settings.database)
    return (*place, settings.view, settings.rising, settings.unique)


def _faults(settings: Settings) -> Iterator[DomainError]:
    if isinstance(settings, Http):
        return _http(settings)
    return _folder(settings) if isinstance(settings, Folder) else _database(settings)


def _http(settings: Http) -> Iterator[DomainError]:
    place_of(settings.url)
    if settings.index == "cap" and not isinstance(settings.paging, Once):
        yield RuleBroken("pull_settings_invalid", N_("An index of CAP messages has no pages."))
    if isinstance(settings.paging, Window):
        try:
            start = datetime.fromisoformat(settings.paging.start)
        except ValueError:
            start = datetime.min  # noqa: DTZ901 - without an offset, as any that cannot be read
        if start.tzinfo is None:
            message = N_("The beginning must be a time with its offset: 2026-01-01T00:00:00+08:00")
            yield RuleBroken("pull_settings_invalid", message)


def _folder(settings: Folder) -> Iterator[DomainError]:
    parts = PurePosixPath(settings.directory).parts
    plain = all(one not in ("/", "..", ".") and one[:1] != "." for one in parts)
    clean = settings.directory.isprintable() and "\\" not in settings.directory
    if not parts or not plain or not clean:
        message = N_("Name a directory below the one set apart, without .. and leading dots.")
        yield RuleBroken("pull_settings_invalid", message)


def _database(settings: Database) -> Iterator[DomainError]:
    names = settings.view.split(".")
    if len(names) != 2 or not all(map(_IDENTIFIER.fullmatch, names)):
        message = N_("Name one view with its schema, as in exchange.incidents; no SQL.")
        yield RuleBroken("pull_settings_invalid", message)
    for column in (settings.rising, settings.unique or settings.rising):
        if not _IDENTIFIER.fullmatch(column):
            message = N_("%(name)s is no name of a column")
            yield RuleBroken("pull_settings_invalid", message, name=column)


def _invalid(why: str) -> RuleBroken:
    message = N_("The settings of the source are not right: %(why)s")
    return RuleBroken("pull_settings_invalid", message, why=why)
