"""What the quarantine desk may be narrowed to."""

from collections.abc import Iterable, Mapping
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from city.selectors import name
from integration import labels
from integration.models import Feed

__all__ = ["QueueFilter"]


def _operation() -> list[tuple[str, str]]:
    return [("", gettext("In operation")), ("1", gettext("Exercises"))]


class QueueFilter(forms.Form):
    """A feed, a reason, and whether exercises are meant."""

    feed = forms.ChoiceField(label=_("Feed"), required=False)
    exercise = forms.ChoiceField(label=_("Rows of"), required=False, choices=_operation)
    code = forms.ChoiceField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any], *, feeds: Iterable[Feed]) -> None:
        super().__init__(data)
        self._choose("feed", [("", gettext("All")), *((one.key, name(one)) for one in feeds)])
        self._choose("code", [("", ""), *((code, code) for code in labels.TITLES)])
        for key in ("feed", "exercise"):
            self.fields[key].widget.attrs["class"] = "form-select"

    def _choose(self, field: str, choices: list[tuple[str, str]]) -> None:
        cast(forms.ChoiceField, self.fields[field]).choices = choices

    @property
    def query(self) -> dict[str, str]:
        """The filters that are set and valid, as they stand in an address."""
        valid = self.cleaned_data if self.is_bound and not self.errors else {}
        return {key: value for key, value in valid.items() if value}

    @property
    def address(self) -> str:
        """The desk with these filters."""
        return f"{reverse('quarantine')}{self.after}"

    @property
    def after(self) -> str:
        """The filters as the end of an address, empty for none."""
        return f"?{urlencode(self.query)}" if self.query else ""

    def without_code(self) -> str:
        """The filters but for the reason, as the start of a longer end."""
        rest = {key: value for key, value in self.query.items() if key != "code"}
        return f"?{urlencode(rest)}&" if rest else "?"
