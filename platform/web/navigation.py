"""The navigation of the pages: every app may bring a `nav` module with its `ENTRIES`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.urls import reverse
from django.utils.functional import Promise

from accounts.domain.viewer import Viewer


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
    """An entry as one request sees it; `current` marks the place the officer is at."""

    label: str
    url: str
    icon: str
    current: bool


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
    return [Link(str(entry.label), url, entry.icon, url == here) for entry, url in pairs]
