"""Reason codes in the words of whoever reads them."""

from django.utils.translation import gettext

from core.errors import fill
from integration.domain import reasons

__all__ = ["in_language"]


def in_language(code: str, field: str) -> str:
    """The message of a reason in the caller's language."""
    message = reasons.MESSAGES.get(code)
    return "" if message is None else fill(gettext(message), {"field": field})
