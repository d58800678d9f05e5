"""Icons drawn inside the page, so that they take the text's colour and need no request."""

import re
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.utils.safestring import SafeString, mark_safe

_PATH = re.compile(r"<path (?!stroke=\"none\")[^>]*/>")


@cache
def icon(name: str) -> SafeString:
    """The icon `name` of icons.txt as SVG, hidden from screen readers: words stand beside it.

    Raises ImproperlyConfigured for a name that was not copied.
    """
    path = finders.find(f"vendor/icons/{name}.svg")
    if path is None:
        raise ImproperlyConfigured(f"there is no icon {name}; list it in platform/web/icons.txt")
    drawn = "".join(_PATH.findall(Path(path).read_text("utf-8")))
    return mark_safe(  # noqa: S308 - our own files
        '<svg class="eg-icon" viewBox="0 0 24 24" width="20" height="20" fill="none" '
        'stroke="currentColor" stroke-width="1.75" stroke-linecap="round" '
        f'stroke-linejoin="round" aria-hidden="true" focusable="false">{drawn}</svg>'
    )
