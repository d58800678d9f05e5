"""Work that must happen, and signs of life of those who do it."""

from work.models.items import Heartbeat, WorkItem

__all__ = ["Heartbeat", "WorkItem"]
