"""What every page of the shell shows around its content."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from city.selectors import current_city, name
from core.clock import now
from core.errors import NotFound
from web.navigation import Link, More, links, more_of
from web.times import patterns

# Each language in its own words, so that whoever cannot read the page finds the way out.
LANGUAGES = (("zh-hans", "中文", "zh-Hans"), ("en", "English", "en"))


@dataclass(frozen=True)
class Language:
    """A language to switch to; `tag` is its BCP 47 name."""

    code: str
    label: str
    tag: str
    active: bool


@dataclass(frozen=True)
class Shell:
    """Frame of a page; `officer` and `organisation` are empty while nobody is signed in."""

    city: str
    officer: str
    organisation: str
    links: list[Link]
    more: More
    languages: list[Language]
    lang: str
    demo: bool
    now: str
    clock_words: dict[str, str]
    stay_at: str


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `shell`, made only when a template asks for it."""
    return {"shell": SimpleLazyObject(partial(_shell, request))}


def _shell(request: HttpRequest) -> Shell:
    user = getattr(request, "user", None)  # absent where a request was refused early
    known = user if user is not None and user.is_authenticated else None
    active = get_language() or settings.LANGUAGE_CODE
    places = links(request.viewer, request.path) if known else []  # type: ignore[attr-defined]
    return Shell(
        city=_city_name(),
        officer=name(known) if known else "",
        organisation=name(known.organisation) if known else "",
        links=places,
        more=more_of(places),
        languages=[Language(*row, active=row[0] == active) for row in LANGUAGES],
        lang=next((tag for code, _, tag in LANGUAGES if code == active), "zh-Hans"),
        demo=settings.DEMO,
        now=now().isoformat(),
        clock_words=patterns(),
        stay_at=_stay_at(request),
    )


def _stay_at(request: HttpRequest) -> str:
    """Where a language switch returns to: this page, or the one whose form was just sent."""
    kept: str = getattr(request, "stay_at", "")
    return kept or request.get_full_path()


def _city_name() -> str:
    try:
        return name(current_city())
    except NotFound:
        return ""
