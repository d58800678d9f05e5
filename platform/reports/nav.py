"""Where reports stand in the navigation."""

from django.utils.translation import gettext_lazy as _

from web.navigation import Entry

ENTRIES = (Entry(_("Reports"), "reports", "report-analytics", 60),)
