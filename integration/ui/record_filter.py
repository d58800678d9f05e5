"""What the list of records may be narrowed to, as a form in the address."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from city.selectors import categories, districts, name
from core.clock import now
from integration import labels
from integration.models import Feed, Record
from integration.ui.fields import DayField
from integration.ui.moments import day_start

__all__ = ["RecordFilter", "narrowed"]

Choices = list[tuple[str, Any]]
_SHORTEST = 2
# Days back from now; the first holds while nothing is chosen. A window bounds what a search for
# rare things has to walk through.
_PERIODS = {"": 30, "1": 1, "7": 7, "90": 90, "all": None}
_ANY_FLAG, _NO_FLAG = "any", "none"
_TIMES = frozenset({"period", "since", "until"})


def _all_and(choices: Choices) -> Choices:
    return [("", gettext("All")), *choices]


def _categories() -> Choices:
    """Categories under their families, in the active language."""
    groups: dict[str, Choices] = {}
    for one in categories().values():
        groups.setdefault(name(one.family), []).append((one.key, name(one)))
    return _all_and(sorted(groups.items()))


def _districts() -> Choices:
    return _all_and([(one.code, name(one)) for one in districts()])


def _kinds() -> Choices:
    return _all_and([(key, str(words)) for key, words in labels.KINDS.items()])


def _severities() -> Choices:
    return _all_and([(str(level), str(level)) for level in range(1, 5)])


def _flags() -> Choices:
    marked: Choices = [
        (_ANY_FLAG, gettext("With any flag")),
        (_NO_FLAG, gettext("Without flags")),
    ]
    return _all_and(marked + [(code, labels.title(code)) for code in labels.FLAGS])


def _periods() -> Choices:
    return [
        ("", gettext("Last 30 days")),
        ("1", gettext("Last 24 hours")),
        ("7", gettext("Last 7 days")),
        ("90", gettext("Last 90 days")),
        ("all", gettext("Any time")),
    ]


class RecordFilter(forms.Form):
    """The filters; a name that is none of them is left alone, a wrong value is told."""

    q = forms.CharField(
        label=_("Words"),
        required=False,
        min_length=_SHORTEST,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    feed = forms.ChoiceField(label=_("Feed"), required=False)
    category = forms.ChoiceField(label=_("Category"), required=False, choices=_categories)
    district = forms.ChoiceField(label=_("District"), required=False, choices=_districts)
    period = forms.ChoiceField(label=_("Period"), required=False, choices=_periods)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=_kinds)
    severity = forms.ChoiceField(label=_("Severity"), required=False, choices=_severities)
    flag = forms.ChoiceField(label=_("Quality flag"), required=False, choices=_flags)
    since = DayField(_("From (day)"))
    until = DayField(_("To (day)"))

    FIRST = ("q", "feed", "category", "district", "period")
    FURTHER = ("kind", "severity", "flag", "since", "until")

    def __init__(self, data: Mapping[str, Any], *, feeds: Iterable[Feed]) -> None:
        super().__init__(data)
        self._choose("feed", _all_and([(one.key, name(one)) for one in feeds]))
        short = gettext("Search for at least %(least)s characters.") % {"least": _SHORTEST}
        self.fields["q"].error_messages["min_length"] = short
        self.fields["q"].widget.attrs["placeholder"] = gettext("Summary, address or source id")
        for field in self.fields.values():
            chosen = isinstance(field, forms.ChoiceField)
            field.widget.attrs["class"] = "form-select" if chosen else "form-control"

    def clean(self) -> dict[str, Any]:
        """The days are in their order."""
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day lies before the first."))
        return cleaned

    def _choose(self, field: str, choices: Choices) -> None:
        cast(forms.ChoiceField, self.fields[field]).choices = choices

    @property
    def first(self) -> Iterator[forms.BoundField]:
        """The filters that are always in view."""
        return (self[key] for key in self.FIRST)

    @property
    def further(self) -> Iterator[forms.BoundField]:
        """The filters that unfold."""
        return (self[key] for key in self.FURTHER)

    @property
    def unfolded(self) -> bool:
        """Whether one of the further filters is in force or wrong."""
        return any(self.data.get(key) for key in self.FURTHER)

    @property
    def query(self) -> dict[str, str]:
        """The filters that are set, as they stand in the address."""
        given = {key: cast(str, self.data.get(key, "")) for key in self.fields}
        return {key: value for key, value in given.items() if value}

    @property
    def widened(self) -> dict[str, str]:
        """The same filters at any time; nothing where they hold at any time already."""
        rest = {key: value for key, value in self.query.items() if key not in _TIMES}
        wide = {**rest, "period": "all"}
        return {} if wide == self.query else wide


def narrowed(
    records: QuerySet[Record], chosen: Mapping[str, Any], *, feeds: Iterable[Feed]
) -> QuerySet[Record]:
    """The records that fit the cleaned filters."""
    for key in ("category", "district", "kind", "severity"):
        if chosen[key]:
            records = records.filter(**{key: chosen[key]})
    if chosen["feed"]:
        # The id itself and not a join, so that the walk along the index stays one.
        feed = next(one for one in feeds if one.key == chosen["feed"])
        records = records.filter(feed_id=feed.id)
    return _said(_flagged(_timed(records, chosen), chosen["flag"]), chosen["q"])


def _timed(records: QuerySet[Record], chosen: Mapping[str, Any]) -> QuerySet[Record]:
    since, until = chosen["since"], chosen["until"]
    if until:
        records = records.filter(listed_at__lt=day_start(until + timedelta(days=1)))
    if since:
        return records.filter(listed_at__gte=day_start(since))
    days = _PERIODS[chosen["period"]]
    if days is None or until:
        return records
    return records.filter(listed_at__gte=now() - timedelta(days=days))


def _flagged(records: QuerySet[Record], flag: str) -> QuerySet[Record]:
    if flag == _ANY_FLAG:
        return records.exclude(quality=[])
    if flag == _NO_FLAG:
        return records.filter(quality=[])
    return records.filter(quality__contains=[flag]) if flag else records


def _said(records: QuerySet[Record], text: str) -> QuerySet[Record]:
    if not text:
        return records
    # An address that is not shown is not found either.
    said = Q(summary__icontains=text) | Q(address__icontains=text, shown_decimals=None)
    return records.filter(said | Q(source_id=text))
