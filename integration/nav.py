"""Where records and feeds stand in the navigation."""

from django.utils.translation import gettext_lazy as _

from web.navigation import Entry

ENTRIES = [
    Entry(_("Records"), "record_list", "list-details", 35),
    Entry(_("Feeds"), "feeds", "rss", 40),
]
