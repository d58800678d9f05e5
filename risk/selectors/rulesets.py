"""The ruleset in force."""

from functools import lru_cache
from uuid import UUID

from core.errors import NotFound
from core.words import N_
from risk.domain.rules import Rules
from risk.domain.ruleset_check import read
from risk.models import Ruleset


def active_ruleset() -> Ruleset:
    """The ruleset in force; NotFound `no_ruleset` before one is loaded."""
    found = Ruleset.objects.filter(active=True).first()
    if found is None:
        raise NotFound("no_ruleset", N_("No ruleset is active."))
    return found


def active_rules() -> Rules:
    """The rules in force."""
    return rules_of(active_ruleset())


def rules_of(ruleset: Ruleset) -> Rules:
    """The rules of a stored ruleset; a stored version never changes, so they are read once."""
    return _rules(ruleset.id)


@lru_cache(maxsize=16)
def _rules(ruleset_id: UUID) -> Rules:
    return read(Ruleset.objects.get(id=ruleset_id).document)
