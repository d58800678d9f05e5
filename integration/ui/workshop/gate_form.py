"""The form of what the law wants known about a feed before it is received."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from integration.domain.gate import OUTCOMES, RETENTION
from integration.ui.fields import DayField
from integration.ui.workshop import words

__all__ = ["GateForm"]

_TEXTS = ("legal_basis", "purpose", "impact_assessment")
_ASSESSMENT = ("by", "on", "outcome", "reference")
_LONGEST = 4000


def _text(label: Any, help_text: Any = "", *, rows: int = 2) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows, "class": "form-control"})
    return forms.CharField(
        label=label, required=False, max_length=_LONGEST, help_text=help_text, widget=area
    )


def _line(label: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"class": "form-control"})
    return forms.CharField(label=label, required=False, max_length=200, widget=widget)


class GateForm(forms.Form):
    """Every field may be left for later: the checklist beside it tells what is missing."""

    legal_basis_zh = _text(_("Legal basis, in Chinese"))
    legal_basis_en = _text(_("Legal basis, in English"))
    purpose_zh = _text(_("Purpose, in Chinese"))
    purpose_en = _text(_("Purpose, in English"))
    data_class = forms.ChoiceField(
        label=_("Data class"),
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
        help_text=_(
            "Important and core data are named in the catalogues of the state and the city."
        ),
    )
    retention_class = forms.ChoiceField(
        label=_("Retention class"),
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    retention_days = forms.IntegerField(
        label=_("Kept for (days)"),
        required=False,
        min_value=1,
        max_value=max(RETENTION.values()),
        widget=forms.NumberInput(attrs={"class": "form-control", "inputmode": "numeric"}),
        help_text=_("At most as many as the class allows; left empty, that many."),
    )
    impact_assessment_zh = _text(
        _("Impact assessment, in Chinese"),
        _("What is received of persons, what could go wrong, what is done about it."),
        rows=3,
    )
    impact_assessment_en = _text(_("Impact assessment, in English"), rows=3)
    assessment_by = _line(_("Assessed by"))
    assessment_on = DayField(_("Assessed on"))
    assessment_outcome = forms.ChoiceField(
        label=_("Outcome of the assessment"),
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    assessment_reference = _line(_("Reference of the assessment"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = [("", gettext("Choose"))]
        days = gettext("%(name)s: at most %(days)s days")
        kept = [
            (key, days % {"name": words.RETENTION[key], "days": f"{most:,}"})
            for key, most in RETENTION.items()
        ]
        classes = [(key, str(label)) for key, label in words.DATA_CLASSES.items()]
        outcomes = [(key, str(words.OUTCOMES[key])) for key in OUTCOMES]
        for field, choices in (
            ("data_class", classes),
            ("retention_class", kept),
            ("assessment_outcome", outcomes),
        ):
            cast(forms.ChoiceField, self.fields[field]).choices = [*first, *choices]

    @staticmethod
    def told(header: Mapping[str, Any]) -> dict[str, Any]:
        """What the form shows of a header; a text in no language of its own stands in Chinese."""
        found = {
            key: header.get(key, "") for name in _TEXTS for key in (f"{name}_zh", f"{name}_en")
        }
        for name in _TEXTS:
            found[f"{name}_zh"] = found[f"{name}_zh"] or header.get(name, "")
        for name in ("data_class", "retention_class", "retention_days"):
            found[name] = header.get(name, "")
        given = header.get("assessment")
        for name in _ASSESSMENT:
            found[f"assessment_{name}"] = given.get(name, "") if isinstance(given, dict) else ""
        return found

    def header(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """The header as it was sent, with whatever else stood in it."""
        sent = self.cleaned_data
        own = {*_TEXTS, *self.fields, "assessment"}
        found: dict[str, Any] = {key: one for key, one in before.items() if key not in own}
        for name in self.fields:
            if sent[name] and not name.startswith("assessment_"):
                found[name] = sent[name]
        if found.get("retention_class") and "retention_days" not in found:
            found["retention_days"] = RETENTION[found["retention_class"]]
        given = {name: _plain(sent[f"assessment_{name}"]) for name in _ASSESSMENT}
        if any(given.values()):
            found["assessment"] = given
        return found


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else (value or "")
