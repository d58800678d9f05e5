"""Fields of the forms of these pages."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

__all__ = ["DayField"]

_FORM = "%Y-%m-%d"


class _DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format=_FORM, attrs={"class": "form-control"})


class DayField(forms.DateField):
    """A day of the calendar, written as browsers write days; it has a day before and after it."""

    def __init__(self, label: Any, *, required: bool = False) -> None:
        span = [MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2999, 12, 31))]
        super().__init__(
            label=label,
            required=required,
            widget=_DayInput,
            input_formats=[_FORM],
            validators=span,
        )
