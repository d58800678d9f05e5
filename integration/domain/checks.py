"""Identifiers that a profile wants checked: a bad one is flagged, and the row is kept.

And, of every text, whether a spreadsheet program made a number of it: ``3.50203E+17`` was an
identifier once, and its last digits are lost for good.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Final

from core.identifiers import Checked, credit_code, organisation_code, phone, plate, resident_id
from integration.domain.rows import Sheet

__all__ = ["damaged", "flag_unsound"]

_DAMAGE = re.compile(r"[+-]?\d(?:\.\d+)?E\+\d{1,3}", re.ASCII)
_SIGN = "E+"
_DOUBTS = frozenset({"area_unknown"})  # valid, and yet worth a look
_CITY = timedelta(hours=8)  # births are dated by the clock of the country that issues the number
_CHECKS: Final[Mapping[str, Callable[[str], Checked]]] = MappingProxyType(
    {
        "uscc": credit_code,
        "organisation_code": organisation_code,
        "phone": phone,
        "plate": plate,
    }
)


def flag_unsound(
    sheet: Sheet, found: Sequence[str], kind: str | None, path: str, now: float
) -> None:
    """Flag ``spreadsheet_damage``, and ``bad_identifier`` where a text fails the check of its kind.

    ``now``: seconds since 1970 UTC; nobody is born after it.
    """
    for position in damaged(found):
        sheet.flag(position, "spreadsheet_damage", path)
    if kind is None:
        return
    check = _check(kind, now)
    for position, text in enumerate(found):
        if not text:
            continue
        verdict = check(text)
        if not verdict.valid or verdict.problem in _DOUBTS:
            sheet.flag(position, "bad_identifier", path)


def damaged(found: Sequence[str]) -> list[int]:
    """The positions of texts that a spreadsheet program made numbers of."""
    # The plain search goes first: nearly every column ends there.
    suspects = [position for position, text in enumerate(found) if _SIGN in text]
    return [position for position in suspects if _DAMAGE.fullmatch(found[position])]


def _check(kind: str, now: float) -> Callable[[str], Checked]:
    if kind == "resident_id":
        today = (datetime.fromtimestamp(now, UTC) + _CITY).date()
        return partial(resident_id, today=today)
    return _CHECKS[kind]
