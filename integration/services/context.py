"""What the rows of a delivery have in common while they are stored, and what became of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from integration.domain.profile import Profile

__all__ = ["Came", "Context", "Outcome"]


@dataclass(frozen=True)
class Came:
    """Where rows came from that are stored later: the delivery, and the line if not their own."""

    at: datetime
    delivery_id: UUID
    line: int | None = None


@dataclass(frozen=True)
class Context:
    """What all rows of a delivery have in common.

    ``came``: of rows that are stored later than they came, released from quarantine or read
    again. They replace nothing that came after them.
    """

    feed_id: UUID
    delivery_id: UUID
    profile: Profile
    profile_version: int
    received_at: datetime
    exercise: bool
    came: Came | None = None

    @property
    def parameters(self) -> dict[str, Any]:
        """The same, as parameters of the statements."""
        profile = self.profile
        return {
            "feed": str(self.feed_id),
            "delivery": str(self.delivery_id),
            "received": self.received_at,
            "came": self.came and self.came.at,
            "came_by": self.came and str(self.came.delivery_id),
            "came_line": self.came and self.came.line,
            "exercise": self.exercise,
            "kind": profile.kind,
            "origin": profile.origin,
            "scale": profile.severity.scale if profile.severity else "",
            "shown_decimals": profile.position.shown_decimals if profile.position else None,
            "profile_version": self.profile_version,
        }


@dataclass(frozen=True)
class Outcome:
    """What became of the rows of a sheet that were fit to be stored, by ordinal.

    ``conflicts`` tell what each row is in conflict with.
    """

    accepted: Sequence[int]
    updated: Sequence[int]
    duplicates: Sequence[int]
    conflicts: Mapping[int, Mapping[str, object]]
