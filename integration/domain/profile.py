"""The feed profile: how the rows of one feed become records, as data.

A profile is checked as a whole: ``validate`` tells everything that is wrong with a document at
once, each fault with its path, a code and a message.
"""

from typing import Literal

from msgspec import Struct, field

__all__ = [
    "Attribute",
    "Coded",
    "Format",
    "Identity",
    "Limits",
    "Personal",
    "Position",
    "Profile",
    "Severity",
    "TextField",
    "Version",
    "When",
    "Window",
]


class Section(Struct, frozen=True, kw_only=True):
    """A part of a profile; documents are turned into sections by ``profile_document``."""


class Format(Section, frozen=True, kw_only=True):
    """How the bytes are laid out; ``name`` is a file of ``domain/formats``."""

    name: str
    encoding: str = "utf-8"
    delimiter: str = ","


class Identity(Section, frozen=True, kw_only=True):
    """Where a row's id stands, or ``content`` for sources without ids."""

    rule: Literal["path", "content"]
    path: str | None = None


class Version(Section, frozen=True, kw_only=True):
    """What makes a newer content of the same id.

    ``path``: the row says so, by a number or a text that sorts (ISO times do). ``arrival``: what
    comes later is newer. ``immutable``: nothing may change.
    """

    rule: Literal["path", "arrival", "immutable"]
    path: str | None = None


class Coded(Section, frozen=True, kw_only=True):
    """A code and what it means here; without ``codes`` the text itself is the meaning."""

    path: str
    codes: dict[str, str] | None = None


class Severity(Section, frozen=True, kw_only=True):
    """The source's own scale on 1 (gravest) to 4; ``fixed`` where the source has none."""

    scale: str
    path: str | None = None
    codes: dict[str, int] = field(default_factory=dict)
    fixed: int | None = None


class When(Section, frozen=True, kw_only=True):
    """A local time: its form in the letters of strptime, and its zone."""

    path: str
    form: str
    zone: str


class Position(Section, frozen=True, kw_only=True):
    """Where: ``pair`` takes two numbers in ``crs``."""

    form: Literal["pair"]
    lon: str
    lat: str
    crs: str


class TextField(Section, frozen=True, kw_only=True):
    """A text that people read."""

    path: str


class Attribute(Section, frozen=True, kw_only=True):
    """A further field kept with the record under ``name``."""

    path: str
    name: str
    type: Literal["text", "integer", "number", "boolean"] = "text"


class Personal(Section, frozen=True, kw_only=True):
    """A personal field: sealed, never in a column."""

    path: str
    kind: str


class Window(Section, frozen=True, kw_only=True):
    """How far in the future and the past an occurrence may lie; None: any past."""

    future_minutes: float = 10
    past_days: float | None = None


class Limits(Section, frozen=True, kw_only=True):
    """Longest text (characters), most rows and bytes of one delivery."""

    text: int = 2000
    rows: int = 200_000
    bytes: int = 64 * 1024 * 1024


class Profile(Section, frozen=True, kw_only=True):
    """A whole profile. ``header`` is what the law wants known about the feed."""

    key: str
    name_zh: str
    name_en: str
    organisation: str
    kind: Literal["event", "register", "alarm", "warning"]
    origin: Literal["reported", "sensed", "patrol", "inspection"]
    header: dict[str, object]
    format: Format
    identity: Identity
    version: Version
    category: Coded
    severity: Severity | None = None
    occurred_at: When | None = None
    reported_at: When | None = None
    position: Position | None = None
    address: TextField | None = None
    summary: TextField | None = None
    upstream_state: Coded | None = None
    attributes: tuple[Attribute, ...] = ()
    personal: tuple[Personal, ...] = ()
    ignored: tuple[str, ...] = ()
    strict: bool = False
    window: Window = Window()
    limits: Limits = Limits()
    silent_after_minutes: int | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path that is read, sorted, each once; ``ignored`` ones are not read."""
        single = [
            self.identity.path,
            self.version.path,
            self.category.path,
            *(part.path for part in (self.occurred_at, self.reported_at) if part),
            *(part.path for part in (self.address, self.summary) if part),
            self.severity.path if self.severity else None,
            self.upstream_state.path if self.upstream_state else None,
        ]
        if self.position:
            single += [self.position.lon, self.position.lat]
        single += [part.path for part in self.attributes]
        single += [part.path for part in self.personal]
        return tuple(sorted({path for path in single if path}))
