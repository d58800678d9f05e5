"""What it is, how grave, how far the sender has come with it: codes to the city's own words."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from integration.domain.profile import Coded, Profile, Severity
from integration.domain.rows import Sheet, Surroundings
from integration.domain.values import EMPTY, FINE, numbers, texts, tidy

__all__ = ["ORDER", "UNMAPPED", "apply"]

ORDER = 40

UNMAPPED = "unmapped"
_LONGEST_CATEGORY = 200
_LONGEST_SEVERITY = 100


def apply(profile: Profile, sheet: Sheet, around: Surroundings) -> None:
    """Fill ``category, category_original, severity, severity_original, upstream_state``."""
    _category(profile.category, sheet, around.categories)
    _severity(profile.severity, sheet)
    _upstream(profile.upstream_state, sheet)


def _category(part: Coded, sheet: Sheet, categories: Collection[str]) -> None:
    original = tidy(sheet, sheet.values(part.path), part.path, _LONGEST_CATEGORY)
    if part.codes is None:
        known: Mapping[str, str] = {text: text for text in set(original) if text in categories}
    else:
        known = part.codes
    found = [known.get(text, UNMAPPED) for text in original]
    _flag_unknown(sheet, original, known, part.path)
    sheet.record["category"] = found
    sheet.record["category_original"] = original


def _severity(part: Severity | None, sheet: Sheet) -> None:
    if part is not None and part.value is not None:
        found, original = _measured(part, part.value, sheet)
    elif part is not None and part.path is not None:
        original = tidy(sheet, sheet.values(part.path), part.path, _LONGEST_SEVERITY)
        found = [part.codes.get(text) for text in original]
        _flag_unknown(sheet, original, part.codes, part.path)
    else:
        found, original = [part.fixed if part else None] * len(sheet), [""] * len(sheet)
    sheet.record["severity"] = found
    sheet.record["severity_original"] = original


def _measured(part: Severity, path: str, sheet: Sheet) -> tuple[list[int | None], list[str]]:
    """Classes by the bands of each row's unit, none below the lowest; and what was measured."""
    values = sheet.values(path)
    measured, states = numbers(values)
    for position, state in enumerate(states):
        if state not in (FINE, EMPTY):
            sheet.quarantine(position, "bad_number", path)
    units = texts(sheet.values(part.unit))
    found: list[int | None] = [None] * len(sheet)
    for unit, unsorted in part.bands.items():
        bands = sorted(unsorted)
        classes = [None, *(grade for _, grade in bands)]
        rows = [position for position, one in enumerate(units) if one == unit]
        places = np.searchsorted([least for least, _ in bands], measured[rows], side="right")
        for position, place in zip(rows, places.tolist(), strict=True):
            if states[position] == FINE:
                found[position] = classes[place]
    for position, unit in enumerate(units):
        if unit not in part.bands and states[position] == FINE:
            sheet.flag(position, "bad_code", part.unit or "")
    original = [f"{value} {unit}".strip() for value, unit in zip(texts(values), units, strict=True)]
    return found, [text[:_LONGEST_SEVERITY] for text in original]


def _upstream(part: Coded | None, sheet: Sheet) -> None:
    if part is None:
        sheet.record["upstream_state"] = [""] * len(sheet)
        return
    known = part.codes or {}
    original = texts(sheet.values(part.path))
    found = [known.get(text, "") for text in original]
    if "" in found:
        for position, text in enumerate(original):
            if text and not found[position]:
                sheet.flag(position, "bad_code", part.path)
    sheet.record["upstream_state"] = found


def _flag_unknown(
    sheet: Sheet, original: Sequence[str], known: Mapping[str, object], path: str
) -> None:
    if not known.keys() >= set(original):
        for position, text in enumerate(original):
            if text not in known:
                sheet.flag(position, "bad_code", path)
