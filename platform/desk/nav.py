"""The desk's places in the navigation."""

from django.utils.translation import gettext_lazy as _

from web.navigation import Entry, everyone

ENTRIES = [
    Entry(_("Inbox"), "inbox", "inbox", 10, everyone),
    Entry(_("Tasks"), "tasks", "clipboard-list", 20),
    Entry(_("Risk cases"), "cases", "stack-2", 30),
]
