"""Where records and feeds stand in the navigation."""

from django.utils.translation import gettext_lazy as _

from accounts.domain.viewer import Viewer
from web.navigation import Entry


def configures(viewer: Viewer) -> bool:
    """Shown to system administrators; whoever sees business data gets there from the feeds."""
    return viewer.has_role("system_admin")


ENTRIES = [
    Entry(_("Records"), "record_list", "list-details", 35),
    Entry(_("Feeds"), "feeds", "rss", 40),
    Entry(_("Connect a feed"), "connect", "rss", 40, configures),
]
