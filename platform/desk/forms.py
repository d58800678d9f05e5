"""The form of a task reported by hand."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from city.selectors import categories, districts, name
from core.words import N_

# How the report reached the officer: origin kind of the task and what the page calls it.
ORIGINS = {
    "public": N_("Phone call from the public"),
    "instruction": N_("Instruction from above"),
    "hand": N_("Seen on site"),
}
CHOOSE, FILL_IN = N_("Please choose."), N_("Please fill this in.")


class TaskForm(forms.Form):
    """What an officer knows when reporting; the point on the map is optional."""

    origin = forms.ChoiceField(label=_("How it became known"), widget=forms.RadioSelect)
    title = forms.CharField(label=_("Title"), max_length=200)
    description = forms.CharField(
        label=_("What happened"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    category = forms.ChoiceField(label=_("Category"))
    district = forms.ChoiceField(label=_("District"), required=False)
    address = forms.CharField(label=_("Address"), required=False, max_length=500)
    lon = forms.FloatField(
        label=_("Longitude"), required=False, min_value=-180, max_value=180, localize=False
    )
    lat = forms.FloatField(
        label=_("Latitude"), required=False, min_value=-90, max_value=90, localize=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("origin", [(key, gettext(text)) for key, text in ORIGINS.items()])
        self._choose("category", [("", gettext("Choose")), *_category_choices()])
        self._choose("district", [("", "—"), *((one.code, name(one)) for one in districts())])
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", _class_of(field.widget))
        ask_for(self)
        for axis in ("lon", "lat"):
            self.fields[axis].widget.attrs.update({"step": "any", "inputmode": "decimal"})

    def clean(self) -> dict[str, Any]:
        """Half a point is none."""
        cleaned = super().clean() or {}
        if (cleaned.get("lon") is None) != (cleaned.get("lat") is None) and not self.errors:
            self.add_error("lat", _("Give both longitude and latitude, or neither."))
        return cleaned

    def _choose(self, field: str, choices: list[Any]) -> None:
        cast(forms.ChoiceField, self.fields[field]).choices = choices


def ask_for(form: forms.Form) -> None:
    """Say what is missing as one asks an officer, not as one speaks of fields."""
    for field in form.fields.values():
        chosen = isinstance(field, forms.ChoiceField)
        field.error_messages["required"] = gettext(CHOOSE if chosen else FILL_IN)


def _category_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Categories under their families, in the active language."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in categories().values():
        groups.setdefault(name(one.family), []).append((one.key, name(one)))
    return sorted(groups.items())


def _class_of(widget: forms.Widget) -> str:
    if isinstance(widget, forms.RadioSelect):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"
