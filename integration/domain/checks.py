"""Identifiers that a profile wants checked: a bad one is flagged, and the row is kept."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from core.identifiers import Checked, credit_code
from integration.domain.rows import Sheet

__all__ = ["flag_unsound"]

_CHECKS: Final[Mapping[str, Callable[[str], Checked]]] = MappingProxyType({"uscc": credit_code})


def flag_unsound(sheet: Sheet, found: Sequence[str], kind: str | None, path: str) -> None:
    """Flag ``bad_identifier`` where a text that is there fails the check of its kind."""
    if kind is None:
        return
    check = _CHECKS[kind]
    for position, text in enumerate(found):
        if text and not check(text).valid:
            sheet.flag(position, "bad_identifier", path)
