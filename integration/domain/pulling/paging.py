"""The steps of a pull over HTTP: which address comes first, which next, and where to go on.

The cursor of a source is JSON: ``place`` is where a pull that was broken off goes on; ``known``
what is remembered of an address for conditional requests (RFC 9110, 13); ``since`` until when
the spans of time were read.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from core.errors import RuleBroken
from core.words import N_
from integration.domain.pulling.settings import (
    Http,
    LinkHeader,
    NextPath,
    Numbered,
    Offset,
    Window,
)
from integration.domain.pulling.targets import joined, place_of

__all__ = ["Cursor", "Step", "after", "begin", "following", "link_of", "remembered"]

Cursor = Mapping[str, Any]
_MOST_KNOWN = 100


@dataclass(frozen=True)
class Step:
    """One request; ``place``: how the cursor names it; ``conditional``: it may be unchanged."""

    url: str
    place: Mapping[str, Any]
    conditional: bool = True


def begin(settings: Http, cursor: Cursor, at: datetime) -> Step:
    """The first request of a pull: where the last one was broken off, else the beginning."""
    paging = settings.paging
    place = cursor.get("place")
    if isinstance(paging, Window):
        return _in_window(settings, paging, place or _window(paging, cursor.get("since"), at))
    if isinstance(paging, Numbered):
        return _numbered(settings, paging, place["page"] if place else paging.first)
    if isinstance(paging, Offset):
        return _behind(settings, paging, place["offset"] if place else 0)
    return Step(place["url"] if place else settings.url, place or {"url": settings.url})


def following(
    settings: Http, step: Step, *, rows: int, link: str | None, at: datetime
) -> Step | None:
    """The request after one that gave so many rows and named ``link``; None at the end.

    A page without rows is the end, not one with fewer than were asked for: a source may give
    less at a time than it is asked for. RuleBroken ``leads_elsewhere`` for a link to another host,
    ``bad_address`` for one that is none.
    """
    paging = settings.paging
    if isinstance(paging, Numbered):
        return _numbered(settings, paging, step.place["page"] + 1) if rows else None
    if isinstance(paging, Offset):
        return _behind(settings, paging, step.place["offset"] + rows) if rows else None
    if isinstance(paging, Window):
        if rows:
            return _in_window(settings, paging, {**step.place, "page": step.place["page"] + 1})
        until = datetime.fromisoformat(step.place["until"])
        if until + timedelta(minutes=1) >= at:
            return None
        return _in_window(settings, paging, _window(paging, step.place["until"], at, overlap=False))
    if link is None or link == step.url:
        return None
    if place_of(link) != place_of(settings.url):
        message = N_("The next page is on another host: %(place)s")
        raise RuleBroken("leads_elsewhere", message, place=str(place_of(link)))
    return Step(link, {"url": link})


def after(settings: Http, cursor: Cursor, step: Step, coming: Step | None) -> dict[str, Any]:
    """The cursor once the answer of ``step`` is stored and ``coming`` is what is next."""
    changed: dict[str, Any] = {**cursor, "place": dict(coming.place) if coming else None}
    if isinstance(settings.paging, Window):
        until = step.place["until"]
        if coming is None or coming.place["until"] != until:
            changed["since"] = until
    return changed


def remembered(
    cursor: Cursor, step: Step, *, etag: str, modified: str, rows: int, link: str | None
) -> dict[str, Any]:
    """The cursor with what an answer said of itself; nothing is kept where it said nothing."""
    known = {url: one for url, one in cursor.get("known", {}).items() if url != step.url}
    if step.conditional and (etag or modified):
        known[step.url] = {"etag": etag, "modified": modified, "rows": rows, "link": link}
    newest = list(known.items())[-_MOST_KNOWN:]
    return {**cursor, "known": dict(newest)}


def link_of(settings: Http, url: str, *, header: str, body: bytes) -> str | None:
    """The absolute address of the next page that an answer names, unchecked."""
    if isinstance(settings.paging, LinkHeader):
        found = _header_link(header)
    elif isinstance(settings.paging, NextPath):
        found = _body_link(settings.paging.path, body)
    else:
        return None
    return joined(url, found) if found else None


def _header_link(header: str) -> str:
    for part in header.split("<")[1:]:
        target, _, parameters = part.partition(">")
        names = [one.strip().lower() for one in parameters.split(";")]
        if any(one.rstrip(", ") in ('rel="next"', "rel=next", "rel='next'") for one in names):
            return target.strip()
    return ""


def _body_link(path: str, body: bytes) -> str:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return ""  # receiving says what is wrong with it
    found = reduce(
        lambda node, name: node.get(name) if isinstance(node, dict) else None,
        path.split("."),
        document,
    )
    return found if isinstance(found, str) else ""


def _with(url: str, **parameters: object) -> str:
    """An address with some parameters set anew."""
    parts = urlsplit(url)
    kept = [
        one for one in parse_qsl(parts.query, keep_blank_values=True) if one[0] not in parameters
    ]
    return urlunsplit(parts._replace(query=urlencode([*kept, *parameters.items()])))


def _numbered(settings: Http, paging: Numbered, page: int) -> Step:
    size = {paging.size_parameter: paging.size} if paging.size_parameter else {}
    return Step(_with(settings.url, **{paging.parameter: page}, **size), {"page": page})


def _behind(settings: Http, paging: Offset, offset: int) -> Step:
    asked = {paging.parameter: offset, paging.size_parameter: paging.size}
    return Step(_with(settings.url, **asked), {"offset": offset})


def _window(
    paging: Window, since: str | None, at: datetime, *, overlap: bool = True
) -> dict[str, Any]:
    begin_at = datetime.fromisoformat(since or paging.start)
    if overlap and since:
        begin_at -= timedelta(minutes=paging.overlap_minutes)
    end = min(at.replace(microsecond=0), begin_at + timedelta(days=paging.days))
    return {"from": begin_at.isoformat(), "until": end.isoformat(), "page": 1}


def _in_window(settings: Http, paging: Window, place: Mapping[str, Any]) -> Step:
    size = {paging.size_parameter: paging.size} if paging.size_parameter else {}
    asked = {
        paging.from_parameter: place["from"],
        paging.until_parameter: place["until"],
        paging.parameter: place["page"],
    }
    return Step(_with(settings.url, **asked, **size), dict(place), conditional=False)
