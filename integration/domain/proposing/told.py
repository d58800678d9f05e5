"""What a proposal says: parts of a profile, each with certainty, reason and alternatives."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.errors import fill
from core.words import N_

__all__ = ["DECIDED", "Note", "Option", "Part", "Proposal", "Seen", "SystemShare"]

DECIDED = 0.8
"""From this certainty on a part may stand until somebody objects; below, a person decides."""

_NOTHING = N_("Nothing in the sample looks like it.")


@dataclass(frozen=True, slots=True)
class Note:
    """A reason in words: an English msgid with places for ``detail``."""

    message: str
    detail: Mapping[str, object] = field(default_factory=dict)
    code: str = ""

    @property
    def text(self) -> str:
        """The English message, filled."""
        return fill(self.message, self.detail)


@dataclass(frozen=True, slots=True)
class Option:
    """One way to fill a section: its JSON value, how certain it is (0 to 1), and why."""

    value: object
    certainty: float
    note: Note


@dataclass(frozen=True, slots=True)
class Part:
    """The ways to fill one section of the profile, best first; none where nothing was found.

    ``ask``: what a person must still say about it.
    """

    section: str
    options: tuple[Option, ...] = ()
    ask: Note | None = None

    @property
    def value(self) -> object:
        """The best option's value, None without one."""
        return self.options[0].value if self.options else None

    @property
    def certainty(self) -> float:
        """The best option's certainty, 0 without one."""
        return self.options[0].certainty if self.options else 0.0

    @property
    def note(self) -> Note:
        """Why the best option is proposed."""
        return self.options[0].note if self.options else Note(_NOTHING)

    @property
    def decided(self) -> bool:
        """Whether it may stand until somebody objects."""
        return self.certainty >= DECIDED


@dataclass(frozen=True, slots=True)
class Seen:
    """A path of the sample: in which share of rows it is filled, and some of its values.

    ``kind``: text, number, boolean, list, object, mixed or empty. ``use``: the section that reads
    it in the proposal. ``personal``: the kind of personal data it seems to hold. ``values``: where
    they are few and none of them personal, every value with its rows, the most frequent first.
    """

    path: str
    filled: float
    distinct: int
    examples: tuple[str, ...]
    kind: str
    use: str = ""
    personal: str = ""
    values: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class SystemShare:
    """How the sample's points lie in the city when read in one coordinate system (shares 0 to 1).

    ``agrees``: of the ``compared`` rows that name their district, those whose point lies in it;
    None where no row names one.
    """

    crs: str
    in_city: float
    in_district: float
    agrees: float | None
    compared: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """A whole document proposed from a sample, and how each part of it came about.

    ``reading``: what was detected of the bytes. ``systems``: the evidence on the coordinate
    system, the likeliest first.
    """

    document: dict[str, object]
    parts: tuple[Part, ...]
    paths: tuple[Seen, ...]
    rows: int
    reading: Mapping[str, str] = field(default_factory=dict)
    systems: tuple[SystemShare, ...] = ()

    @property
    def asks(self) -> tuple[Part, ...]:
        """The parts about which a person must still say something."""
        return tuple(one for one in self.parts if one.ask is not None)

    @property
    def undecided(self) -> tuple[Part, ...]:
        """What a person must decide."""
        return tuple(one for one in self.parts if one.options and not one.decided)

    def part(self, section: str) -> Part | None:
        """The part of a section."""
        return next((one for one in self.parts if one.section == section), None)
