"""A quarantined row as people may see and correct it: its fields by path, personal ones masked."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from core.errors import RuleBroken
from core.words import N_
from integration.domain import formats
from integration.domain.profile import Profile
from privacy.domain.masks import mask, mask_text

__all__ = ["RawRow", "changed", "shown"]

_MOST_FIELDS = 500
_HIDDEN = "***"
_NAMED_VALUES = ("ndjson", "json", "geojson")  # formats in which a name precedes each value
_NUL = "\u2400"  # its visible sign: U+0000 itself shows as nothing
_DIGIT = re.compile(r"\d")
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_PATH = re.compile(r"[^.\[\]]+(?:\[\d+\])*(?:\.[^.\[\]]+(?:\[\d+\])*)*")
_BETWEEN = re.compile(r"[,\]}]")
_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"?(\s*:)?|[^\s"{}\[\],:]+', re.DOTALL)


@dataclass(frozen=True)
class RawRow:
    """A quarantined row as it may be shown.

    ``fields``: path of a declared field → value as it came, in the order of the row, those of
    ``masked`` masked; None where the row cannot be read. Lists and objects inside the row are
    told by their leaves (``citizen.name``, ``pos[0]``). ``withheld``: fields that the profile does
    not declare; they are never shown. ``text``: a row that cannot be read, masked; empty where
    even that might tell too much.
    """

    fields: Mapping[str, object] | None
    masked: frozenset[str] = frozenset()
    withheld: Sequence[str] = ()
    text: str = ""


def shown(raw: bytes, profile: Profile) -> RawRow:
    """The row of a feed behind ``raw``, as its format keeps it, for eyes without a grant."""
    row = formats.row_of(raw, profile)
    if row is None:
        return RawRow(None, text=_masked_text(raw, profile))
    fields: dict[str, object] = {}
    masked: set[str] = set()
    withheld: list[str] = []
    for place, (path, value) in enumerate(_leaves(row, "")):
        if place >= _MOST_FIELDS or not _declares(profile.paths, path):
            withheld.append(path)
            continue
        fields[path], hidden = _shown_value(path, value, profile)
        if hidden:
            masked.add(path)
    return RawRow(fields, frozenset(masked), withheld[:_MOST_FIELDS])


def changed(raw: bytes, changes: Mapping[str, object], profile: Profile) -> Mapping[str, object]:
    """The whole row with new values at some paths, as ``formats.alone`` takes it.

    Raises RuleBroken ``row_unreadable`` where the row cannot be read, ``no_such_field`` for a path
    that has no place in it or is not the profile's.
    """
    row = formats.row_of(raw, profile)
    if row is None:
        message = N_("This row cannot be read as one. Send the whole corrected row.")
        raise RuleBroken("row_unreadable", message)
    found = deepcopy(dict(row))
    for path, value in changes.items():
        if not (_declares(profile.paths, path) and _put(found, path, value)):
            raise RuleBroken("no_such_field", N_("The row has no field %(field)s."), field=path)
    return found


def _leaves(value: object, path: str) -> Iterator[tuple[str, object]]:
    """Every plain value inside, with its path; an empty list or object is one itself."""
    if isinstance(value, Mapping) and value:
        for name, inside in value.items():
            yield from _leaves(inside, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list) and value:
        for place, inside in enumerate(value):
            yield from _leaves(inside, f"{path}[{place}]")
    else:
        yield path, value


def _shown_value(path: str, value: object, profile: Profile) -> tuple[object, bool]:
    """The value as it may be shown, and whether that is less than it says."""
    for part in profile.personal:
        if value not in (None, "") and _declares((part.path,), path):
            return mask(part.kind, str(value)), True
    if _declares(_coarse_paths(profile), path) and _DIGIT.search(str(value)):
        return _HIDDEN, True
    if not isinstance(value, str):
        return value, False
    visible = value.replace("\x00", _NUL)
    # Ids are told everywhere, and some look like a telephone number.
    if _declares([one for one in (profile.identity.path, profile.version.path) if one], path):
        return visible, False
    return mask_text(visible)


def _coarse_paths(profile: Profile) -> list[str]:
    """Where a place stands that people are only shown roughly."""
    if profile.position is None or profile.position.shown_decimals is None:
        return []
    return profile.position.paths


def _declares(paths: Sequence[str], path: str) -> bool:
    """Whether one of the profile's paths reads the leaf ``path``."""
    return bool(_pattern(tuple(paths)).match(path))


@lru_cache(maxsize=256)
def _pattern(paths: tuple[str, ...]) -> re.Pattern[str]:
    one_of = "|".join(re.escape(path).replace(r"\[\]", r"\[\d+\]") for path in paths)
    return re.compile(rf"(?:{one_of})(?![^.\[])" if one_of else r"(?!)")


def _put(row: dict[str, Any], path: str, value: object) -> bool:
    """Set the value at a path, making the objects on the way; False where there is no place."""
    if path in row:  # the name of a column may look like a path
        row[path] = value
        return True
    if not _PATH.fullmatch(path):
        return False
    steps: list[str | int] = [name or int(place) for name, place in _STEP.findall(path)]
    inside: Any = row
    for step, following in pairwise(steps):
        if isinstance(step, str) and isinstance(inside, dict) and inside.get(step) is None:
            inside[step] = {} if isinstance(following, str) else []
        if not _has(inside, step):
            return False
        inside = inside[step]
    last = steps[-1]
    if not (isinstance(inside, dict) if isinstance(last, str) else _has(inside, last)):
        return False
    inside[last] = value
    return True


def _has(inside: object, step: str | int) -> bool:
    if isinstance(step, str):
        return isinstance(inside, dict) and step in inside
    return isinstance(inside, list) and step < len(inside)


def _masked_text(raw: bytes, profile: Profile) -> str:
    """The text of a row that cannot be read, without what may be personal.

    In broken JSON every name still tells whose value follows. In anything else that holds
    personal or undeclared fields nothing tells where they stand.
    """
    text = formats.text_of(raw, profile).replace("\x00", _NUL)
    if profile.format.name in _NAMED_VALUES:
        hidden = _last_names(part.path for part in profile.personal)
        hidden |= _last_names(_coarse_paths(profile))
        text = _told_values(text, _names(profile.open_paths) - hidden)
    elif (
        profile.personal
        or profile.ignored
        or _coarse_paths(profile)
        or (formats.tabular(profile.format.name) and not _all_declared(text, profile))
    ):
        return ""
    return mask_text(text)[0]


def _all_declared(text: str, profile: Profile) -> bool:
    """Whether the header of a kept row names nothing but columns that the profile reads."""
    header = text.partition("\n")[0] + "\n"
    columns = formats.row_of((header * 2).encode(), profile)  # read as its own row
    return columns is not None and columns.keys() <= set(profile.paths)


def _names(paths: Iterable[str]) -> set[str]:
    return {name for path in paths for name, _ in _STEP.findall(path) if name}


def _last_names(paths: Iterable[str]) -> set[str]:
    """What the values of paths are called where they stand."""
    named = ([name for name, _ in _STEP.findall(path) if name] for path in paths)
    return {names[-1] for names in named}


def _told_values(text: str, names: Container[str]) -> str:
    """Broken JSON with every value hidden that does not stand under one of the names.

    From a stray quote on, names look like values and the reverse. Two words without a comma between
    them betray it, and all that follows is hidden.
    """
    under, end, lost = "", 0, False

    def told(word: re.Match[str]) -> str:
        nonlocal under, end, lost
        lost = lost or (end > 0 and not _BETWEEN.search(text, end, word.start()))
        end = 0 if word[2] else word.end()
        if word[2] and not lost:
            under = word[1]
            return word[0]
        return word[0] if under in names and not lost else _HIDDEN

    return _WORD.sub(told, text)
