"""Comparing a day with the sender: how many ids are stored, and their digest."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from integration.models import Feed
from integration.selectors import Reconciliation, reconciliation
from integration.ui.fields import DayField

__all__ = ["DayCheck", "day_check"]


def _ways() -> list[tuple[str, str]]:
    return [
        ("occurred", gettext("by when it happened")),
        ("received", gettext("by when it was delivered")),
    ]


class DayCheck(forms.Form):
    """The day to compare, and what falls into it."""

    day = DayField(_("Day"), required=True)
    by = forms.ChoiceField(
        label=_("Counted"),
        choices=_ways,
        widget=forms.Select(attrs={"class": "form-select"}),
    )


def day_check(feed: Feed, query: Mapping[str, Any]) -> tuple[DayCheck, Reconciliation | None]:
    """The form, and what is stored of the day that was asked for, if one was."""
    form = DayCheck(query) if "day" in query else DayCheck()
    if not form.is_valid():
        return form, None
    return form, reconciliation(feed, form.cleaned_data["day"], form.cleaned_data["by"])
