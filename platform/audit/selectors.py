"""Reads of the audit log."""

from datetime import datetime

from audit.models import AuditEntry

__all__ = ["count_acts"]


def count_acts(*, act: str, actor_id: str, since: datetime) -> int:
    """How often somebody did something since an instant."""
    return AuditEntry.objects.filter(actor_id=actor_id, at__gte=since, act=act).count()
