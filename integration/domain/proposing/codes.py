"""Which path tells what kind of matter a row is, and what its codes mean in the city's categories.

A code that is a word speaks for itself. What a bare code means is taken from the texts of the
rows that carry it: the category of which most of them speak.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from core.words import N_
from integration.domain.proposing.columns import Column, hinted, hints
from integration.domain.proposing.told import Note, Option, Part
from integration.domain.proposing.words import Meanings

__all__ = ["category_of", "few_valued"]

_HINTS = hints(
    "类型 类别 种类 事件类型 警情类别 案由 code type category kind class event lbdm lx lb",
    "ev icd10 subject cause sglx smallclass",
)
_MOST_CODES = 80
_LEAST_VOTES = 0.3  # of the rows of a code must speak of one category
_LEAST_PURE = 0.5  # of those that speak must speak of the same
_LISTED = 12
_READ_OF = 500  # characters of a text
_MOST_TEXTS = 6  # columns


@dataclass(frozen=True)
class _Coding:
    """One column as codes: code → category, and how well that explains the rows."""

    column: Column
    codes: Mapping[str, str]
    unknown: tuple[str, ...]
    direct: float  # share of rows whose code speaks for itself
    mapped: float  # share of rows whose code has a category
    gain: float  # how much better than calling everything by the most common category

    @property
    def score(self) -> float:
        """How well it serves as the column of categories."""
        narrow = 0.1 if len(self.column.counts) <= 40 else 0.0
        return (
            0.3 * hinted(self.column, _HINTS)
            + 0.4 * self.direct
            + 0.5 * self.gain
            + 0.2 * self.mapped
            + narrow
        )

    @property
    def certainty(self) -> float:
        """How certain the column and the meanings are."""
        certain = 0.3 + 0.35 * max(self.direct, self.gain) + 0.15 * hinted(self.column, _HINTS)
        certain += 0.15 * self.mapped
        return round(min(0.95, certain) if self.mapped >= 0.9 else min(0.7, certain), 2)


def few_valued(columns: Sequence[Column], *, taken: Collection[str]) -> list[Column]:
    """The columns with few distinct values that come again: codes of something."""
    return [
        one
        for one in columns
        if one.path not in taken
        and not one.inner
        and one.kind not in ("object", "boolean", "empty")
        and 1 <= len(one.counts) <= _MOST_CODES
        and one.length <= 40
        and (len(one.counts) <= 0.3 * len(one.told) or len(one.told) < 12)
        and one.share >= 0.5
    ]


def category_of(
    columns: Sequence[Column],
    texts: Sequence[Column],
    meanings: Meanings,
    *,
    taken: Collection[str],
    passed_over: Collection[str],
) -> Part:
    """The path of the category and a map of its codes.

    ``texts``: columns that people read. ``passed_over``: few-valued paths that mean something
    else, such as a grade.
    """
    spoken = [
        meanings.of(" ".join(text[:_READ_OF] for text in row))
        for row in zip(*(one.texts for one in texts[:_MOST_TEXTS]), strict=True)
    ]
    coded = [_coding(one, spoken, meanings) for one in few_valued(columns, taken=taken)]
    found = [
        one
        for one in coded
        if one.column.path not in passed_over
        and (len(one.column.counts) > 1 or len(coded) == 1 or len(one.column.told) < 12)
        and (one.direct > 0.2 or one.gain > 0.1 or hinted(one.column, _HINTS))
    ]
    found.sort(key=lambda one: -one.score)
    if not found:
        return Part("category", ask=Note(_NONE))
    options = [_option(one, place) for place, one in enumerate(found[:3])]
    best = found[0]
    ask = None
    if best.unknown:
        detail = {"path": best.column.path, "codes": ", ".join(best.unknown[:_LISTED])}
        ask = Note(_ASK, detail)
    return Part("category", tuple(options), ask=ask)


def _option(one: _Coding, place: int) -> Option:
    value = {"path": one.column.path, "codes": dict(sorted(one.codes.items()))}
    detail = {
        "path": one.column.path,
        "codes": len(one.column.counts),
        "known": len(one.codes),
        "rows": f"{100 * one.mapped:.0f}",
    }
    certain = one.certainty if not place else round(one.certainty * 0.4, 2)
    return Option(value, certain, Note(_SPEAKS if one.direct > 0.5 else _BY_TEXTS, detail))


def _coding(column: Column, spoken: Sequence[str], meanings: Meanings) -> _Coding:
    votes: dict[str, Counter[str]] = {}
    for code, category in zip(column.texts, spoken, strict=False):
        if code and category:
            votes.setdefault(code, Counter())[category] += 1
    codes: dict[str, str] = {}
    direct = mapped = right = 0
    for code, count in column.counts.items():
        own = meanings.of(code)
        told = votes.get(code, Counter())
        meant = own or _winner(told, count)
        if meant:
            codes[code] = meant
            mapped += count
            direct += count if own else 0
        right += max(told.values(), default=0)
    whole = max(1, len(column.told))
    everything = Counter(category for category in spoken if category)
    speaking = max(1, sum(everything.values()))
    most = max(everything.values(), default=0)
    gain = (right - most) / max(1, speaking - most) if mapped else 0.0
    unknown = tuple(code for code, _ in column.counts.most_common() if code not in codes)
    return _Coding(column, codes, unknown, direct / whole, mapped / whole, max(0.0, min(1.0, gain)))


def _winner(told: "Counter[str]", rows: int) -> str:
    """The category that most texts of a code speak of, if enough of them do."""
    if not told:
        return ""
    name, most = told.most_common(1)[0]
    return name if most >= _LEAST_VOTES * rows and most >= _LEAST_PURE * sum(told.values()) else ""


_SPEAKS = N_("%(path)s names the matter itself; %(known)s of its %(codes)s codes were understood.")
_BY_TEXTS = N_(
    "%(path)s has %(codes)s codes; %(known)s of them (%(rows)s %% of the rows) were given the"
    " category of which the texts of their rows speak."
)
_ASK = N_("Say what these codes of %(path)s mean: %(codes)s.")
_NONE = N_("No path tells what kind of matter a row is. Say which one does.")
