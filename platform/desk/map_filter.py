"""What the city map shows: of which time, district, risk level and hazard family."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from city.selectors import categories_of_family, districts, families, name, zone
from core.clock import now
from web.levels import LEVELS

MOST_DAYS = 31
OWN_DAYS = "days"
# Three days unless said otherwise: what departments tell by the day arrives a day late.
_PERIODS = {"": timedelta(days=3), "1": timedelta(hours=24), "7": timedelta(days=7)}
_DAY = "%Y-%m-%d"
Choices = list[tuple[str, Any]]


@dataclass(frozen=True)
class Scope:
    """What a map is about: `since` ≤ t < `until`; empty texts choose nothing.

    `at` is the instant whose warnings are in force: now, or the end of a time that is past.
    """

    since: datetime
    until: datetime
    at: datetime
    district: str = ""
    level: str = ""
    family: str = ""

    @property
    def categories(self) -> frozenset[str]:
        """The categories of the chosen family."""
        return categories_of_family(self.family)


def _all_and(choices: Choices) -> Choices:
    return [("", gettext("All")), *choices]


def _periods() -> Choices:
    return [
        ("1", gettext("Last 24 hours")),
        ("", gettext("Last 3 days")),
        ("7", gettext("Last 7 days")),
        (OWN_DAYS, gettext("From day to day")),
    ]


def _districts() -> Choices:
    return _all_and([(one.code, name(one)) for one in districts()])


def _levels() -> Choices:
    return _all_and([(key, gettext(mark.label)) for key, mark in LEVELS.items()])


def _families() -> Choices:
    return _all_and([(key, name(one)) for key, one in families().items()])


class _DayField(forms.DateField):
    """A day whose neighbours are days of the calendar too."""

    def __init__(self, label: Any) -> None:
        widget = forms.DateInput(format=_DAY, attrs={"type": "date"})
        span = [MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2999, 12, 31))]
        super().__init__(
            label=label, required=False, widget=widget, input_formats=[_DAY], validators=span
        )


class MapFilter(forms.Form):
    """The filters of the map, in its address; names that are none of them are left alone."""

    period = forms.ChoiceField(label=_("Time"), required=False, choices=_periods)
    since = _DayField(_("First day"))
    until = _DayField(_("Last day"))
    district = forms.ChoiceField(label=_("District"), required=False, choices=_districts)
    level = forms.ChoiceField(label=_("Risk level"), required=False, choices=_levels)
    family = forms.ChoiceField(label=_("Hazard family"), required=False, choices=_families)

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        for field in self.fields.values():
            chosen = isinstance(field, forms.ChoiceField)
            field.widget.attrs["class"] = "form-select" if chosen else "form-control"

    def clean(self) -> dict[str, Any]:
        """Days of one's own are two, in their order and not too far apart."""
        cleaned = super().clean() or {}
        if cleaned.get("period") != OWN_DAYS or self.errors:
            return cleaned
        first, last = cleaned.get("since"), cleaned.get("until")
        if first is None:
            self.add_error("since", _("Please choose."))
        elif last is not None and last < first:
            self.add_error("until", _("The last day lies before the first."))
        elif ((last or _today()) - first).days >= MOST_DAYS:
            told = gettext("The map shows %(days)s days at most.") % {"days": MOST_DAYS}
            self.add_error("since", told)
        return cleaned

    @property
    def query(self) -> dict[str, str]:
        """The filters that are set, as they stand in the address."""
        given = {key: cast(str, self.data.get(key, "")) for key in self.fields}
        if given["period"] != OWN_DAYS:
            given["since"] = given["until"] = ""
        return {key: value for key, value in given.items() if value}

    @property
    def scope(self) -> Scope:
        """What the valid form chooses."""
        chosen, here = self.cleaned_data, now()
        since, until = self._span(here)
        return Scope(
            since=since,
            until=until,
            at=min(until, here),
            district=chosen["district"],
            level=chosen["level"],
            family=chosen["family"],
        )

    def _span(self, here: datetime) -> tuple[datetime, datetime]:
        """From when until when; what lies ahead of the clocks a little is not cut off."""
        period = self.cleaned_data["period"]
        if period != OWN_DAYS:
            return here - _PERIODS[period], here + timedelta(hours=1)
        last = self.cleaned_data["until"] or _today()
        return _start_of(self.cleaned_data["since"]), _start_of(last + timedelta(days=1))


def _today() -> date:
    return now().astimezone(zone()).date()


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), zone())
