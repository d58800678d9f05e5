"""What must hold in the profile of an observation feed."""

from collections.abc import Iterator

from core.words import N_
from integration.domain.position_rules import Broken
from integration.domain.profile import Profile

__all__ = ["observation_rules"]

_OF_RECORDS = ("severity", "position", "address", "summary", "upstream_state", "operational")


def observation_rules(profile: Profile) -> Iterator[Broken]:
    """Everything that is wrong with ``observed``, and what observations have no use for."""
    if profile.kind != "observation":
        if profile.observed is not None:
            yield "observed", "not_allowed", N_("is only for feeds of observations"), {}
        return
    if profile.observed is None:
        yield "observed", "missing", N_("is missing"), {}
    given = {name: getattr(profile, name) is not None for name in _OF_RECORDS} | {
        "personal": bool(profile.personal),
        "category": bool(profile.category.path),
        "identity": profile.identity.rule == "path",
    }
    for name, told in given.items():
        if told:
            yield name, "not_allowed", N_("is not read for observations"), {}
    if profile.version.rule == "path":
        message = N_("must be immutable or arrival: observations have no version mark")
        yield "version.rule", "not_allowed", message, {}
