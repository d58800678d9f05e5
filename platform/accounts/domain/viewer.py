"""Who is asking: the facts that every visibility rule needs, gathered once per request."""

from dataclasses import dataclass, field
from uuid import UUID

from audit.domain import SYSTEM as SYSTEM_ACTOR
from audit.domain import Actor

BUSINESS_ROLES = frozenset({"officer", "dispatcher", "verifier", "supervisor"})
TERRITORIAL_ROLES = frozenset({"dispatcher", "verifier", "supervisor"})


@dataclass(frozen=True)
class Viewer:
    """An officer, a partner's machine or the system itself, as visibility sees it.

    `acting` are the organisations an officer belongs to; `organisations` adds all below them in
    their line. `everything` and `districts` are the reach of a supervisor, dispatcher or
    verifier; `categories` are what the organisations may see of other feeds.
    """

    kind: str
    id: str
    label: str
    acting: frozenset[UUID] = field(default_factory=frozenset)
    organisations: frozenset[UUID] = field(default_factory=frozenset)
    roles: frozenset[str] = field(default_factory=frozenset)
    categories: frozenset[str] = field(default_factory=frozenset)
    everything: bool = False
    districts: frozenset[str] = field(default_factory=frozenset)
    feed_key: str | None = None

    @property
    def actor(self) -> Actor:
        """The viewer as the audit log names it."""
        return Actor(self.kind, self.id, self.label)

    @property
    def sees_business(self) -> bool:
        """False for administrators alone and for partners: they see no business data."""
        return self.kind == "system" or bool(self.roles & BUSINESS_ROLES)

    def has_role(self, *roles: str) -> bool:
        """Whether the viewer holds one of the roles."""
        return bool(self.roles.intersection(roles))


SYSTEM = Viewer(SYSTEM_ACTOR.kind, SYSTEM_ACTOR.id, SYSTEM_ACTOR.label, everything=True)
