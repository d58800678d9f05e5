"""Which record a row speaks of, and which of its versions."""

import re
from collections.abc import Sequence

from integration.domain.checks import damaged, flag_unsound
from integration.domain.profile import Profile
from integration.domain.rows import Sheet, Surroundings
from integration.domain.values import tidy

__all__ = ["ORDER", "apply"]

ORDER = 10

_LONGEST_ID = 200
_LONGEST_MARK = 64
_PLAIN = frozenset({str, int})
_NUMBER = re.compile(r"(\d{1,20})(\.\d{1,9})?", re.ASCII)


def apply(profile: Profile, sheet: Sheet, around: Surroundings) -> None:
    """Fill ``source_id`` (empty where content is the identity) and ``version_mark``."""
    none = [""] * len(sheet)
    path = profile.identity.path if profile.identity.rule == "path" else None
    ids = _required(sheet, path, _LONGEST_ID, "missing_id") if path else none
    if path:
        # What were two ids may be one now.
        for position in damaged(ids):
            sheet.quarantine(position, "spreadsheet_damage", path)
        flag_unsound(sheet, ids, profile.identity.check, path, around.now)
    if profile.identity.case != "kept":
        ids = [one.upper() if profile.identity.case == "upper" else one.lower() for one in ids]
    sheet.record["source_id"] = ids
    path = profile.version.path if profile.version.rule == "path" else None
    marks = _required(sheet, path, _LONGEST_MARK, "missing_field") if path else none
    sheet.record["version_mark"] = [_sortable(mark) for mark in marks] if path else none


def _required(sheet: Sheet, path: str, longest: int, code: str) -> Sequence[str]:
    values = sheet.values(path)
    found = tidy(sheet, values, path, longest)
    if all(found) and set(map(type, values)) <= _PLAIN:
        return found
    for position, text in enumerate(found):
        if not text:
            if values[position] is None or not str(values[position]).strip():
                sheet.quarantine(position, code, path)
        elif isinstance(values[position], bool | list):
            sheet.quarantine(position, "wrong_type", path)
    return found


def _sortable(mark: str) -> str:
    """A form of the mark whose order as text is the order of its numbers."""
    number = _NUMBER.fullmatch(mark)
    if not number:
        return mark
    return number[1].zfill(20) + (number[2] or "").rstrip("0").rstrip(".")
