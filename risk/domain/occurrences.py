"""Kinds of occurrence: which records may tell of the same thing, and how far apart they may be.

A category tells of one kind of occurrence and may tell of others besides: an injury is an injury,
and may be the outcome of a crash. An incident is of the kind that its own category tells. What may
only tell of a kind joins an incident of it and never makes one: two injuries are no crash.
"""

from collections import defaultdict
from collections.abc import Mapping

from risk.domain.rules import Reach, Rules


class Kinds:
    """The kinds of occurrence as a ruleset and the city's taxonomy (category → family) make them.

    A category that no occurrence of the ruleset names is of a kind of its own: its family's where
    the ruleset has a reach for that, else the category's with the default reach.
    """

    def __init__(self, rules: Rules, families: Mapping[str, str]) -> None:
        self._default = rules.default_reach
        self._reaches = {kind.key: kind.reach for kind in rules.occurrences}
        self._told: dict[str, str] = {}
        self._may: dict[str, tuple[str, ...]] = defaultdict(tuple)
        for category, family in families.items():
            own = family in rules.reaches
            self._told[category] = f"family:{family}" if own else f"category:{category}"
            if own:
                self._reaches[self._told[category]] = rules.reaches[family]
        for kind in rules.occurrences:
            self._told |= dict.fromkeys(kind.categories, kind.key)
            for category in kind.may_tell:
                self._may[category] += (kind.key,)
        self._families: dict[str, set[str]] = defaultdict(set)
        for category, family in families.items():
            for one in self.joinable(category):
                self._families[one].add(family)

    def of(self, category: str) -> str:
        """The kind that a category tells of."""
        return self._told.get(category, f"category:{category}")

    def joinable(self, category: str) -> tuple[str, ...]:
        """The kinds whose incidents a record of the category may join, its own first."""
        return (self.of(category), *self._may.get(category, ()))

    def reach(self, kind: str) -> Reach:
        """How far apart two records of one occurrence of the kind may be."""
        return self._reaches.get(kind, self._default)

    def families(self, kind: str) -> frozenset[str]:
        """The families of all categories that tell, or may tell, of the kind."""
        return frozenset(self._families.get(kind, ()))
