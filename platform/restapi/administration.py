"""The manner of the administrators' pages: rights by role, changes through services only.

Every app brings an ``admin`` module with its ``ADMINS``; ``config.admin_site`` gathers them.
Nothing here saves or deletes a row itself: what a form or an action asks for is done by the
app's services, which check and audit it. Rows of history are shown and never changed.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from restapi.errors import translated

__all__ = ["Label", "ServiceForm", "Shown"]

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin
    from django.utils.functional import _StrPromise

    Label = str | _StrPromise
    _ModelAdmin = ModelAdmin[Any]
    _ModelForm = ModelForm[Any]
else:
    # The look of the pages has no types, and at run time a form takes no parameters.
    from unfold.admin import ModelAdmin as _ModelAdmin

    Label = str
    _ModelForm = ModelForm

_LABELS: "dict[str, Label]" = {
    "act": _("Act"),
    "active": _("Active"),
    "actor_label": _("Who"),
    "added_by": _("Added by"),
    "anchor": _("Anchor of the demo day"),
    "area": _("Area"),
    "areas": _("Areas"),
    "at": _("Time"),
    "attempts": _("Attempts"),
    "available_at": _("Next attempt"),
    "basemap": _("Base map"),
    "by_district": _("Branch of the district"),
    "categories": _("Categories"),
    "category": _("Category"),
    "closes": _("Until (time)"),
    "code": _("Code"),
    "created_at": _("Made at"),
    "cron": _("Cron expression"),
    "date": _("Date"),
    "dead": _("Given up"),
    "demo": _("Demo account"),
    "detail": _("Details"),
    "digest": _("Digest"),
    "document": _("Document"),
    "error": _("Error"),
    "escalation": _("Escalation"),
    "families": _("Families"),
    "family": _("Family"),
    "feed": _("Feed"),
    "feed_key": _("Feed"),
    "func": _("What runs"),
    "functions": _("Functions"),
    "gb35561": _("GB/T 35561 code"),
    "gravity": _("Gravity (0 to 1)"),
    "handle_amount": _("Limit to handle"),
    "handle_unit": _("Unit of the limit to handle"),
    "host": _("Host"),
    "hours": _("Hours"),
    "id": _("Number"),
    "is_active": _("May sign in"),
    "key": _("Key"),
    "kind": _("Kind"),
    "language": _("Language"),
    "last_contact_at": _("Last contact"),
    "last_login": _("Last sign-in"),
    "lead": _("Lead"),
    "level": _("Level"),
    "levels": _("Risk levels"),
    "line_parent": _("Above in the line"),
    "minutes": _("Every … minutes"),
    "name": _("Name"),
    "name_en": _("English name"),
    "name_zh": _("Chinese name"),
    "next_run": _("Next run"),
    "object_id": _("Object number"),
    "object_kind": _("Object"),
    "officer": _("Officer"),
    "opens": _("From (time)"),
    "organisation": _("Organisation"),
    "parent": _("Above"),
    "port": _("Port"),
    "position": _("Order"),
    "post_en": _("Post in English"),
    "post_zh": _("Post in Chinese"),
    "private": _("Own networks"),
    "profile": _("Profile in use"),
    "reason": _("Reason"),
    "repeats": _("Repeats left"),
    "revoked_at": _("Revoked at"),
    "role": _("Role"),
    "schedule_type": _("Rhythm"),
    "sign_for_amount": _("Limit to sign for"),
    "sign_for_unit": _("Unit of the limit to sign for"),
    "scheme": _("Scheme"),
    "silent_after": _("Silent after"),
    "since": _("Since"),
    "step": _("Step"),
    "supporting": _("Supporting"),
    "territory_parent": _("Above in the territory"),
    "timezone": _("Time zone"),
    "until": _("Until"),
    "username": _("User name"),
    "version": _("Version"),
    "weekday": _("Weekday (0 is Monday)"),
    "working": _("Working day"),
}
"""What columns are called, by field: tables carry no labels, doors do."""


class ServiceForm(_ModelForm):
    """What a service is asked for; nothing of it is put on the row itself."""

    def _post_clean(self) -> None:
        # Django would check and fill a row here; the service does both.
        pass


class Shown(_ModelAdmin):
    """Rows an administrator of one role may look at; subclasses allow single changes.

    `role` is the role that may enter, `named` what one row and several are called. `shown` are
    the fields of a row's page. A subclass with a `form` of its own lets rows be added by
    `create`, one with `change_form` changed by `change`.
    """

    role: ClassVar[str]
    named: "ClassVar[tuple[Label, Label]]"
    shown: ClassVar[tuple[str | Callable[..., object], ...]]
    add_form: ClassVar["type[ServiceForm] | None"] = None
    edit_form: ClassVar["type[ServiceForm] | None"] = None
    list_per_page = 50
    show_full_result_count = False

    def __init__(self, model: type[Model], admin_site: Any) -> None:
        # Labels on the running classes do not reach migrations, which read the written ones.
        one, several = self.named
        model._meta.verbose_name, model._meta.verbose_name_plural = one, several
        for field in model._meta.get_fields():
            if field.name in _LABELS and hasattr(field, "verbose_name"):
                field.verbose_name = _LABELS[field.name]
        super().__init__(model, admin_site)

    # Rights

    def _may(self, request: HttpRequest) -> bool:
        viewer = getattr(request, "viewer", None)
        return viewer is not None and bool(viewer) and viewer.has_role(self.role)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request) and self.add_form is not None

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request) and self.edit_form is not None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    # Forms

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = self.edit_form if change else self.add_form
        if form is None or not self._may(request):
            return super().get_form(request, obj, change, **kwargs)
        return form

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        form = self.edit_form if obj else self.add_form
        asked = list(form.base_fields) if form else []
        return asked if obj is None else [*(one for one in self.shown if one not in asked), *asked]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        asked = self.edit_form.base_fields if obj and self.edit_form else {}
        return [one for one in self.shown if one not in asked] if obj else []

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Let the service do it; the row that it made or changed is the one shown next."""
        actor = request.viewer.actor  # type: ignore[attr-defined]
        done = (self.change if change else self.create)(request, actor, obj, form.cleaned_data)
        obj.pk = done.pk

    def save_related(self, *args: Any) -> None:
        """Services write whole objects."""

    def create(self, request: HttpRequest, actor: Any, obj: Any, data: dict[str, Any]) -> Model:
        """Make a row from the form through a service."""
        raise PermissionDenied

    def change(self, request: HttpRequest, actor: Any, obj: Any, data: dict[str, Any]) -> Model:
        """Change a row from the form through a service."""
        raise PermissionDenied

    # The audit log is the log: Django's own has no reasons and can be changed.

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The service has audited it."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The service has audited it."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """There is none beside the audit log."""
        raise PermissionDenied

    # Refusals

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DomainError as refusal:
            if request.method != "POST":
                raise
            self.message_user(request, translated(refusal), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def each(
        self, request: HttpRequest, rows: Iterable[Model] | QuerySet[Any], act: Callable[..., Any]
    ) -> None:
        """Do `act(row, actor)` for every chosen row; says how many were done, and each refusal."""
        actor = request.viewer.actor  # type: ignore[attr-defined]
        done = 0
        for row in rows:
            try:
                act(row, actor)
            except DomainError as refusal:
                self.message_user(request, f"{row}: {translated(refusal)}", messages.ERROR)
            else:
                done += 1
        self.message_user(request, _("Done: %(count)s") % {"count": done}, messages.SUCCESS)
