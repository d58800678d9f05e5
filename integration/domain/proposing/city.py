"""What a proposal must know of the city."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from integration.domain.rows import Surroundings

__all__ = ["City"]

Names = tuple[str, str]


@dataclass(frozen=True)
class City:
    """The instant, the areas and the categories, with names in Chinese and English.

    ``zone``: IANA name. ``grids``: codes of unit grids, which a row may name.
    """

    around: Surroundings
    zone: str
    categories: Mapping[str, Names]
    districts: Mapping[str, Names]
    grids: Collection[str] = field(default_factory=frozenset)
