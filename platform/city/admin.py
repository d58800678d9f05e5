"""What the city is made of, for system administrators."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminSelectMultipleWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from audit.domain import Actor
from city.models import Area, CalendarDay, Category, City, Organisation, WorkingSpan
from city.selectors import categories, name
from city.services import (
    change_category,
    change_organisation,
    remove_calendar_day,
    set_calendar_day,
)
from restapi.administration import Label, ServiceForm, Shown

__all__ = ["ADMINS"]


def _name(longest: int, label: "Label", required: bool = True) -> forms.CharField:
    return forms.CharField(
        max_length=longest, label=label, required=required, widget=UnfoldAdminTextInputWidget
    )


class CityShown(Shown):
    """The city itself; it changes by loading its folder."""

    role = "system_admin"
    named = (_("City"), _("City"))
    list_display = ("key", "name_zh", "name_en", "code", "timezone")
    shown = ("key", "name_zh", "name_en", "code", "timezone", "basemap", "anchor")


class AreaShown(Shown):
    """Districts and unit grids."""

    role = "system_admin"
    named = (_("Area"), _("Areas"))
    list_display = ("code", "level", "name_zh", "name_en", "parent", "until")
    list_filter = ("level",)
    list_select_related = ("parent",)
    search_fields = ("code", "name_zh", "name_en")
    ordering = ("level", "code")
    shown = ("code", "level", "name_zh", "name_en", "parent", "since", "until")


class OrganisationForm(ServiceForm):
    """Names, and what the organisation may see of other feeds."""

    name_zh = _name(100, _("Chinese name"))
    name_en = _name(100, _("English name"))
    may_see = forms.MultipleChoiceField(
        label=_("May see"), required=False, widget=UnfoldAdminSelectMultipleWidget
    )

    class Meta:
        model = Organisation
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = self.instance
        self.initial.update(
            name_zh=held.name_zh,
            name_en=held.name_en,
            may_see=list(held.may_see.values_list("category_id", flat=True)),
        )
        choices = [(key, f"{name(one)} ({key})") for key, one in categories().items()]
        self.fields["may_see"].choices = choices  # type: ignore[attr-defined]


class OrganisationShown(Shown):
    """The bodies of the city, in line and territory."""

    role = "system_admin"
    named = (_("Organisation"), _("Organisations"))
    list_display = ("code", "name_zh", "name_en", "kind", "line_parent", "area", "until")
    list_filter = ("kind",)
    list_select_related = ("line_parent", "area")
    search_fields = ("code", "name_zh", "name_en")
    ordering = ("code",)
    shown = ("code", "kind", "line_parent", "territory_parent", "area", "functions", "until")
    edit_form = OrganisationForm

    def change(self, request: HttpRequest, actor: Actor, obj: Any, data: dict[str, Any]) -> Model:
        return change_organisation(
            organisation_id=obj.pk,
            name_zh=data["name_zh"],
            name_en=data["name_en"],
            may_see=frozenset(data["may_see"]),
            actor=actor,
        )


class CategoryForm(ServiceForm):
    """Names and intrinsic gravity."""

    name_zh = _name(100, _("Chinese name"))
    name_en = _name(100, _("English name"))
    gravity = forms.FloatField(
        min_value=0, max_value=1, label=_("Gravity (0 to 1)"), widget=UnfoldAdminDecimalFieldWidget
    )

    class Meta:
        model = Category
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields:
            self.initial[field] = getattr(self.instance, field)


class CategoryShown(Shown):
    """The city's own taxonomy of what happens."""

    role = "system_admin"
    named = (_("Category"), _("Categories"))
    list_display = ("key", "name_zh", "name_en", "family", "gb35561", "gravity")
    list_filter = ("family",)
    search_fields = ("key", "name_zh", "name_en")
    ordering = ("key",)
    shown = ("key", "family", "gb35561")
    edit_form = CategoryForm

    def change(self, request: HttpRequest, actor: Actor, obj: Any, data: dict[str, Any]) -> Model:
        return change_category(key=obj.key, actor=actor, **data)


class CalendarDayForm(ServiceForm):
    """A day off, or a day worked to make up for one."""

    day = forms.DateField(label=_("Date"), widget=UnfoldAdminSingleDateWidget)
    working = forms.BooleanField(
        label=_("Working day"), required=False, widget=UnfoldBooleanSwitchWidget
    )
    name_zh = _name(60, _("Chinese name"), required=False)
    name_en = _name(60, _("English name"), required=False)

    class Meta:
        model = CalendarDay
        fields = ()


class CalendarDayShown(Shown):
    """Holidays and make-up days; the government announces them once a year."""

    role = "system_admin"
    named = (_("Calendar day"), _("Calendar days"))
    list_display = ("date", "working", "name_zh", "name_en")
    list_filter = ("working",)
    ordering = ("-date",)
    shown = ("date", "working", "name_zh", "name_en")
    add_form = CalendarDayForm
    actions = ("remove",)

    def create(self, request: HttpRequest, actor: Actor, obj: Any, data: dict[str, Any]) -> Model:
        return set_calendar_day(actor=actor, **data)

    @admin.action(description=_("Remove: let the weekday decide"), permissions=["view"])
    def remove(self, request: HttpRequest, queryset: QuerySet[CalendarDay]) -> None:
        self.each(
            request, queryset, lambda one, actor: remove_calendar_day(day=one.date, actor=actor)
        )


class WorkingSpanShown(Shown):
    """Working hours by weekday; they change by loading the city folder."""

    role = "system_admin"
    named = (_("Working hours"), _("Working hours"))
    list_display = ("weekday", "opens", "closes")
    ordering = ("weekday", "opens")
    shown = ("weekday", "opens", "closes")


ADMINS = (
    (City, CityShown),
    (Area, AreaShown),
    (Organisation, OrganisationShown),
    (Category, CategoryShown),
    (CalendarDay, CalendarDayShown),
    (WorkingSpan, WorkingSpanShown),
)
