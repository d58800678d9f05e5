"""Why a record is in its incident: how well it agrees with it, in words and in weights."""

# Place, time, kind.
Levels = tuple[str, str, str]
FOUNDER: Levels = ("first", "first", "first")
"""The first record of an incident agrees with nobody but itself; that weighs nothing."""

_FIELDS = ("place", "time", "kind")
# The nearer, the heavier. An address stands for a place of some hundred metres, a day for a
# window of a day; a category that is the incident's own is worth more than one of the same kind
# of occurrence, and that more than one which may be a part of it.
_WEIGHTS: dict[str, float] = {
    "very_near": 3.0,
    "near": 2.0,
    "in_reach": 1.0,
    "same_house": 3.0,
    "same_place": 2.0,
    "same_day": 1.0,
    "same_category": 2.0,
    "same_occurrence": 1.0,
    "part_of_it": 0.5,
    "first": 0.0,
}
_STEPS = ((0.25, "very_near"), (0.5, "near"))


def nearness(value: float, limit: float) -> str:
    """The level of a distance or gap within a limit."""
    return next((level for share, level in _STEPS if value <= share * limit), "in_reach")


def weight(levels: Levels) -> float:
    """The weight of a link: the sum of its grounds' weights."""
    return sum(_WEIGHTS[one] for one in levels)


def grounds(levels: Levels) -> list[dict[str, object]]:
    """The reasons of a link as they are stored; their weights sum to the link's weight."""
    return [
        {"field": field, "level": level, "weight": _WEIGHTS[level]}
        for field, level in zip(_FIELDS, levels, strict=True)
    ]
