"""What somebody sees of a sample who configures feeds and may see no business data.

The shape of a value tells how it is read and not what it says: 滨海市A3号 is □□□x9□. Times, codes
and areas stay, for without them nothing can be judged; places are told to about 100 m. A code is
what comes again: in a handful of rows every text would look like one. A time lies in this century:
any number is a time if it is read as one, and so is a telephone number.
"""

import re
from collections.abc import Collection
from dataclasses import replace

from core.coordinates import shown
from integration.domain.comparing import Comparison, RowChange
from integration.domain.proposing.told import Note, Part, Proposal, Seen
from integration.domain.trying import Trial, TrialPoint, TrialRow

__all__ = ["of_comparison", "of_proposal", "of_trial", "silhouette"]

_DECIMALS = 3
_DIGIT = re.compile(r"\d")
_LATIN = re.compile(r"[^\W\d_]", re.ASCII)
_OTHER = re.compile(r"[^\W\d_]")
_CLEAR = frozenset(
    {
        "category", "severity", "district", "grid", "upstream_state", "operational",
        "crs_original",
    }
)  # fmt: skip
_TIMES = frozenset({"occurred_at", "reported_at"})
_CODES = frozenset({"category", "severity", "upstream_state"})
_AGAIN = 0.3  # so many different values at most for each row that has one
_CENTURY = "20"


def silhouette(text: str) -> str:
    """The shape of a text: 9 for digits, x for Latin letters, □ for others; signs stay."""
    return _OTHER.sub("□", _LATIN.sub("x", _DIGIT.sub("9", text)))


def of_proposal(found: Proposal) -> Proposal:
    """A proposal whose examples are shapes, but for times and codes."""
    clear = {one.path for one in found.paths if _told(one, found.rows)}
    paths = tuple(
        one
        if one.path in clear
        else replace(one, values=(), examples=tuple(dict.fromkeys(map(silhouette, one.examples))))
        for one in found.paths
    )
    parts = tuple(_part(one, clear) if one.section in _CODES else one for one in found.parts)
    coded = {one.section: one.value for one in parts if one.section in _CODES and one.options}
    return replace(found, document=found.document | coded, parts=parts, paths=paths)


def _told(seen: Seen, rows: int) -> bool:
    """Whether the values of a path are told as they are."""
    if seen.use in _CODES:
        return seen.distinct <= _AGAIN * seen.filled * rows
    return seen.use in _TIMES


def _part(part: Part, clear: Collection[str]) -> Part:
    """The ways to read codes, without the codes of paths whose values are not told."""
    options = tuple(
        one if _path(one.value) in clear else replace(one, value=_without_codes(one.value))
        for one in part.options
    )
    ask = part.ask
    if ask is not None and "codes" in ask.detail and _path(part.value) not in clear:
        detail = {**ask.detail, "codes": silhouette(str(ask.detail["codes"]))}
        ask = Note(ask.message, detail, ask.code)
    return replace(part, options=options, ask=ask)


def _path(value: object) -> str:
    return str(value.get("path", "")) if isinstance(value, dict) else ""


def _without_codes(value: object) -> object:
    return {**value, "codes": {}} if isinstance(value, dict) and "codes" in value else value


def of_trial(trial: Trial) -> Trial:
    """A try-out whose rows show the shape of what they say."""
    return replace(
        trial,
        rows=tuple(map(_row, trial.rows)),
        problems=tuple(replace(one, source_id=silhouette(one.source_id)) for one in trial.problems),
        points=tuple(_rounded(one) for one in trial.points),
    )


def of_comparison(found: Comparison) -> Comparison:
    """A comparison whose rows show the shape of what they say."""
    return replace(found, rows=tuple(map(_change, found.rows)))


def _row(row: TrialRow) -> TrialRow:
    cells = {name: _cell(name, text) for name, text in row.cells.items()}
    return replace(row, source_id=silhouette(row.source_id), cells=cells)


def _change(row: RowChange) -> RowChange:
    columns = {
        name: (_cell(name, old), _cell(name, new)) for name, (old, new) in row.columns.items()
    }
    return replace(row, source_id=silhouette(row.source_id), columns=columns)


def _cell(name: str, text: str) -> str:
    if name in _TIMES:
        return text if text.startswith(_CENTURY) else silhouette(text)
    if name in _CLEAR:
        return text
    if name in ("lon", "lat") and text:
        return f"{float(text):.{_DECIMALS}f}"
    return silhouette(text)


def _rounded(one: TrialPoint) -> TrialPoint:
    lon, lat = shown(one.lon, one.lat, _DECIMALS)
    return replace(one, lon=lon, lat=lat)
