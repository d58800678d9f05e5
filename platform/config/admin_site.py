"""The administrators' site: three roles, each with its own part, and no business data."""

from collections.abc import Callable
from functools import update_wrapper
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.conf import settings
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.forms import AdminOwnPasswordChangeForm
from unfold.sites import UnfoldAdminSite

from accounts.domain.grants import ADMIN_ROLES
from accounts.services import change_password
from accounts.ui import SignOut
from audit.domain import Actor
from core.errors import NotAllowed
from core.words import N_

__all__ = ["AdministrationSite", "site"]

# The pages' own scripts come as files; Alpine compiles the expressions in its attributes.
_CSP = {"script-src": ["'unsafe-eval'"]}
_GROUPS = {
    "accounts": _("Officers and grants"),
    "audit": _("Audit"),
    "city": _("City"),
    "departments": _("Duties"),
    "django_q": _("Schedules"),
    "integration": _("Feeds"),
    "risk": _("Risk rules"),
    "work": _("Work"),
}

# Words of the pages' look that its own catalogue has no Chinese for; ours is asked first.
BORROWED_WORDS = (
    N_("Apply Filters"),
    N_("Dark"),
    N_("Expand row"),
    N_("False"),
    N_("Go back"),
    N_("Light"),
    N_("Loading more results..."),
    N_("More actions"),
    N_("No recent searches"),
    N_("No results found"),
    N_("No results matching your query"),
    N_("Recent searches"),
    N_("Reset filters"),
    N_("Run"),
    N_("Search apps and models..."),
    N_("Select action"),
    N_("Select action to run"),
    N_("Select all rows"),
    N_("Select record"),
    N_("Select value"),
    N_("System"),
    N_("This page yielded into no results. Create a new item or reset your filters."),
    N_("Toggle password visibility"),
    N_("True"),
    N_("Type to search"),
)


class OwnPasswordForm(AdminOwnPasswordChangeForm):  # type: ignore[misc]
    """An administrator's own password, changed through the service."""

    def save(self, commit: bool = True) -> Any:
        actor = Actor("officer", str(self.user.pk), self.user.get_username())
        password = self.cleaned_data["new_password1"]
        change_password(officer=self.user, password=password, actor=actor)
        return self.user


class AdministrationSite(UnfoldAdminSite):  # type: ignore[misc]
    """Open to system, security and audit administrators; each sees what the role is for."""

    enable_nav_sidebar = True
    site_url = None

    def has_permission(self, request: HttpRequest) -> bool:
        viewer = getattr(request, "viewer", None)
        return viewer is not None and bool(viewer) and viewer.has_role(*ADMIN_ROLES)

    def admin_view(
        self, view: Callable[..., HttpResponse], cacheable: bool = False
    ) -> Callable[..., HttpResponse]:
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                raise NotAllowed("not_allowed", N_("These pages are for administrators."))
            answer: HttpResponse = inner(request, *args, **kwargs)
            answer._csp_update = _CSP  # type: ignore[attr-defined]
            return answer

        return update_wrapper(guarded, view)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is one door to sign in by, with its own guards."""
        next_page = request.GET.get("next") or reverse("admin:index")
        return redirect(f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': next_page})}")

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponseBase:
        """Sign out as everywhere else."""
        return SignOut.as_view()(request)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponseBase:
        """An administrator's own password."""
        context = {**self.each_context(request), **(extra_context or {})}
        view = PasswordChangeView.as_view(
            form_class=OwnPasswordForm,
            template_name="registration/password_change_form.html",
            success_url=reverse("admin:password_change_done"),
            extra_context=context,
        )
        return view(request)


site = AdministrationSite(name="admin")


def gather() -> None:
    """Register what the apps bring in their `admin` modules."""
    for app in apps.get_app_configs():
        app.verbose_name = _GROUPS.get(app.label, app.verbose_name)
        if find_spec(f"{app.name}.admin") is not None:
            for model, shown in getattr(import_module(f"{app.name}.admin"), "ADMINS", ()):
                site.register(model, shown)


gather()
