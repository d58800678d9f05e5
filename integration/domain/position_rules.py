"""What must hold inside the position of a profile."""

import math
from collections.abc import Iterator, Mapping

from core.coordinates import canonical_crs
from core.errors import BadInput
from core.words import N_
from integration.domain.points import PointForm
from integration.domain.profile import GeojsonPosition, Profile, TextPosition

__all__ = ["Broken", "position_rules"]

Broken = tuple[str, str, str, Mapping[str, object]]
"""Path, code, message and its detail."""

_MOST_DECIMALS = 6


def position_rules(profile: Profile) -> Iterator[Broken]:
    """Everything that is wrong with the position."""
    part = profile.position
    if part is None:
        return
    shown = part.shown_decimals
    if shown is not None and not 0 <= shown <= _MOST_DECIMALS:
        yield "position.shown_decimals", "out_of_range", N_("must be 0 to 6"), {}
    if shown is not None and profile.address is not None:
        message = N_("tells a place that is shown coarsely; declare it as a personal field")
        yield "address", "not_allowed", message, {}
    if isinstance(part, GeojsonPosition):
        yield from _known({"position.crs": part.crs} if part.crs is not None else {})
        return
    yield from _systems(part)
    if not (math.isfinite(part.scale) and part.scale > 0):
        yield "position.scale", "out_of_range", N_("must be greater than 0"), {}
    if part.notation == "dms" and part.scale != 1:
        message = N_("is not used with degrees, minutes and seconds")
        yield "position.scale", "not_allowed", message, {}
    if isinstance(part, TextPosition) and not part.separator:
        yield "position.separator", "missing", N_("is missing"), {}


def _systems(part: PointForm) -> Iterator[Broken]:
    if part.crs is None and part.crs_path is None:
        message = N_("is missing; say which coordinate system is used")
        yield "position.crs", "missing", message, {}
    if part.crs_codes is not None and part.crs_path is None:
        message = N_("is not read without a path of the system")
        yield "position.crs_codes", "not_allowed", message, {}
    labels = {"position.crs": part.crs} if part.crs is not None else {}
    for text, label in (part.crs_codes or {}).items():
        labels[f"position.crs_codes.{text}"] = label
    yield from _known(labels)


def _known(labels: Mapping[str, str]) -> Iterator[Broken]:
    for path, label in labels.items():
        try:
            canonical_crs(label)
        except BadInput as error:
            yield path, error.code, error.message, error.detail
