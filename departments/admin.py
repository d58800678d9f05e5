"""The duty table, for system administrators; it changes by loading the city folder."""

from django.utils.translation import gettext_lazy as _

from departments.models import Duty
from restapi.administration import Shown

__all__ = ["ADMINS"]


class DutyShown(Shown):
    """Who leads and who supports, for which risks, where and when."""

    role = "system_admin"
    named = (_("Duty"), _("Duties"))
    list_display = ("position", "key", "name_zh", "name_en", "lead", "hours", "active")
    list_filter = ("active", "hours")
    list_select_related = ("lead",)
    search_fields = ("key", "name_zh", "name_en")
    ordering = ("position",)
    shown = (
        "position",
        "key",
        "name_zh",
        "name_en",
        "families",
        "categories",
        "levels",
        "areas",
        "hours",
        "lead",
        "supporting",
        "by_district",
        "sign_for_amount",
        "sign_for_unit",
        "handle_amount",
        "handle_unit",
        "escalation",
        "active",
    )


ADMINS = ((Duty, DutyShown),)
