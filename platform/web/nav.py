"""The way from the pages to the administration and to the description of the machines' door."""

from django.utils.translation import gettext_lazy as _

from accounts.domain.grants import ADMIN_ROLES
from accounts.domain.viewer import Viewer
from web.navigation import Entry


def administrator(viewer: Viewer) -> bool:
    """Shown to the three kinds of administrators."""
    return viewer.has_role(*ADMIN_ROLES)


ENTRIES = [
    Entry(_("Administration"), "admin:index", "settings", 90, administrator),
    Entry(_("REST interface"), "api_docs", "link", 95, administrator),
]
