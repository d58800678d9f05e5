"""The append-only log of who did what, to what, and why."""

from audit.models.entries import AuditEntry, AuditSeal

__all__ = ["AuditEntry", "AuditSeal"]
