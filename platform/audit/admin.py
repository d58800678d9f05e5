"""The audit log, for audit administrators: read, never changed."""

from django.utils.translation import gettext_lazy as _

from audit.models import AuditEntry
from restapi.administration import Shown

__all__ = ["ADMINS"]


class AuditEntryShown(Shown):
    """Who did what, to what, and why."""

    role = "audit_admin"
    named = (_("Audit entry"), _("Audit entries"))
    list_display = ("at", "actor_label", "act", "object_kind", "object_id", "reason")
    list_filter = ("act", "object_kind")
    search_fields = ("actor_label__exact", "act__exact", "object_id__exact")
    ordering = ("-id",)
    shown = ("at", "actor_label", "act", "object_kind", "object_id", "reason", "detail")


ADMINS = ((AuditEntry, AuditEntryShown),)
