"""What makes a task: the facts an alert brings along, and what can be reported by hand."""

from dataclasses import dataclass
from uuid import UUID

__all__ = ["HAND_MADE", "AlertFacts"]

# What an officer may report; the other origins are the platform's own.
HAND_MADE = ("hand", "instruction", "meeting", "public", "drill")


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFacts:
    """An alert that asks for a task.

    `alert_id` and `round` make the task unique; a further round is a new task for an alert that
    was opened again. `category` decides the routing where it is known, else the family does.
    Coordinates are WGS-84 degrees.
    """

    alert_id: UUID
    family: str
    category: str = ""
    risk_level: str = ""
    district: str = ""
    grid: str = ""
    lon: float | None = None
    lat: float | None = None
    address: str = ""
    case_id: UUID | None = None
    incident_id: UUID | None = None
    exercise: bool = False
    round: int = 1
    origin_kind: str = "alert"
