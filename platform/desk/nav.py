"""The desk's places in the navigation."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from web.navigation import Entry, everyone

ENTRIES = [
    Entry(_("Inbox"), "inbox", "inbox", 10, everyone),
    Entry(_("Tasks"), "tasks", "clipboard-list", 20),
    Entry(_("Risk cases"), "cases", "stack-2", 30),
    Entry(pgettext_lazy("the city's", "Map"), "map", "map", 32),
    Entry(_("Warnings"), "warnings", "speakerphone", 34),
]
