"""The navigation of the pages: every app may bring a `nav` module with its `ENTRIES`.

A bar holds so many places and no more; the others are in its menu. Which ones, the order says.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.urls import reverse
from django.utils.functional import Promise

from accounts.domain.viewer import Viewer

ON_PHONES, ON_BARS = 4, 8
ALWAYS, WIDE, MENU = "always", "wide", "menu"


def business(viewer: Viewer) -> bool:
    """Shown to whoever sees business data."""
    return viewer.sees_business


def everyone(viewer: Viewer) -> bool:
    """Shown to every signed-in officer."""
    return True


@dataclass(frozen=True)
class Entry:
    """A place of the product: `order` sorts the entries, `shown` says to whom it is shown."""

    label: str | Promise
    url_name: str
    icon: str
    order: int
    shown: Callable[[Viewer], bool] = business


@dataclass(frozen=True)
class Link:
    """An entry as one request sees it; `current` marks the place the officer is at.

    `room`: on the bar ALWAYS, on a WIDE one (a phone has it in the menu), or in the MENU alone.
    """

    label: str
    url: str
    icon: str
    current: bool
    room: str = ALWAYS


@cache
def entries() -> tuple[Entry, ...]:
    """The entries of all installed apps, in the order of their `order`."""
    found: list[Entry] = []
    for app in apps.get_app_configs():
        if find_spec(f"{app.name}.nav") is not None:
            found.extend(getattr(import_module(f"{app.name}.nav"), "ENTRIES", ()))
    return tuple(sorted(found, key=lambda entry: entry.order))


def links(viewer: Viewer, path: str) -> list[Link]:
    """What the viewer may go to; current is the entry whose address is the longest start."""
    pairs = [(entry, reverse(entry.url_name)) for entry in entries() if entry.shown(viewer)]
    inside = [url for _, url in pairs if path == url or (url != "/" and path.startswith(url))]
    here = max(inside, key=len, default=None)
    return [
        Link(str(entry.label), url, entry.icon, url == here, _room(place, len(pairs)))
        for place, (entry, url) in enumerate(pairs)
    ]


def _room(place: int, count: int) -> str:
    """Where the entry at a place stands; a menu for a single entry would be none."""
    if place < ON_PHONES or count <= ON_PHONES + 1:
        return ALWAYS
    return WIDE if place < ON_BARS or count <= ON_BARS + 1 else MENU


@dataclass(frozen=True)
class More:
    """The menu at the end of the bar; `wide` and `here` say whether wide bars have one too, and
    on which bars the place the officer is at is in it.
    """

    links: list[Link]
    wide: bool
    here: str


def more_of(found: list[Link]) -> More:
    """The links that a bar may not hold; none of them: no menu."""
    hidden = [link for link in found if link.room != ALWAYS]
    here = next((link.room for link in hidden if link.current), "")
    return More(hidden, any(link.room == MENU for link in hidden), here)
