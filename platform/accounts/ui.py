"""Pages of signing in and out, and the choice of language."""

from datetime import timedelta
from typing import Any

from axes.helpers import get_cool_off
from django.conf import settings
from django.contrib.auth import views as auth_views
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.models import Membership, Officer, Role
from accounts.selectors import demo_roster, viewer_of
from audit import services as audit

YEAR = 365 * 24 * 3600
OF_ROLE = 6  # demo accounts of a role that the sign-in page lists


class SignInForm(AuthenticationForm):
    """User name and password; one message for whatever is wrong with them."""

    error_messages = {
        "invalid_login": _("The user name or the password is not right."),
        "inactive": _("The user name or the password is not right."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("User name")
        self.fields["password"].label = _("Password")


class SignIn(auth_views.LoginView):
    """Sign-in; `next` is only followed inside this site."""

    authentication_form = SignInForm
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True

    def get_initial(self) -> dict[str, Any]:
        """In the demo, the account chosen from the list below the form."""
        chosen = self.request.GET.get("as", "")[:64] if settings.DEMO else ""
        return {**super().get_initial(), "username": chosen}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the demo's accounts, and with where the form's keyboard starts."""
        context = super().get_context_data(**kwargs)
        known = context["form"].is_bound or bool(context["form"].initial.get("username"))
        return {**context, "known": known, "roster": _roster()}

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Let the officer in, in the officer's own language."""
        answer = super().form_valid(form)
        officer = form.get_user()
        _record("sign_in", officer)
        return _speak(answer, officer.language)


def _roster() -> list[tuple[str, list[Membership]]]:
    """Demo accounts under the name of their role."""
    return [(str(Role(role).label), held) for role, held in demo_roster(of_role=OF_ROLE).items()]


class SignOut(auth_views.LogoutView):
    """Sign-out, by POST only."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """End the session."""
        if isinstance(request.user, Officer):
            _record("sign_out", request.user)
        return super().post(request, *args, **kwargs)


def locked_out(
    request: HttpRequest, credentials: dict[str, Any] | None = None, *args: Any
) -> HttpResponse:
    """Shown after too many failed attempts, for known and unknown names alike."""
    wait: timedelta = get_cool_off(request) or timedelta()
    minutes = round(wait.total_seconds() / 60)
    answer = render(request, "accounts/locked_out.html", {"minutes": minutes}, status=429)
    answer["Retry-After"] = str(minutes * 60)
    return answer


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Change the language, keep it with the officer, and stay on the page."""
    wanted = request.POST.get("language", "")
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        back = resolve_url(settings.LOGIN_REDIRECT_URL)
    answer = HttpResponseRedirect(back)
    if wanted not in dict(settings.LANGUAGES):
        return answer
    if isinstance(request.user, Officer):
        Officer.objects.filter(pk=request.user.pk).update(language=wanted)
    return _speak(answer, wanted)


def _speak(answer: HttpResponse, language: str) -> HttpResponse:
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer


def _record(act: str, officer: Officer) -> None:
    actor = viewer_of(officer).actor
    audit.record(actor=actor, act=act, object_kind="officer", object_id=officer.pk)
