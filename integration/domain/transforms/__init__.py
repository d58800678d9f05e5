"""Transforms: one file each, found by looking, run in the order of their ``ORDER``.

A file defines ``ORDER`` and ``apply(profile, sheet, around)``, which fills columns of the
record, flags rows and quarantines them.
"""

import sys
from functools import cache
from typing import Protocol, cast

from integration.domain.profile import Profile
from integration.domain.registry import parts_of
from integration.domain.rows import Sheet, Surroundings

__all__ = ["TransformPart", "apply_all"]


class TransformPart(Protocol):
    """What a file of this folder offers."""

    ORDER: int

    def apply(self, profile: Profile, sheet: Sheet, around: Surroundings) -> None:
        """Fill the columns that this transform is for."""


@cache
def _parts() -> list[TransformPart]:
    parts = [
        cast("TransformPart", part) for part in parts_of(sys.modules[__name__], attribute="ORDER")
    ]
    return sorted(parts, key=lambda part: part.ORDER)


def apply_all(profile: Profile, sheet: Sheet, around: Surroundings) -> None:
    """Run every transform over the sheet."""
    for part in _parts():
        part.apply(profile, sheet, around)
