"""Officers, what they may do, and the credentials of machines, for security administrators."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminPasswordWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.domain.roster import OfficerFacts
from accounts.models import Membership, Officer, OfficerToken, PartnerKey, PostHolding, Role
from accounts.services import (
    create_officer,
    end_membership,
    end_post,
    grant_role,
    hold_post,
    issue_partner_key,
    issue_token,
    revoke_partner_key,
    revoke_token,
    set_active,
)
from audit.domain import Actor
from city.selectors import organisations
from restapi.administration import Label, ServiceForm, Shown

__all__ = ["ADMINS"]


def _text(longest: int, label: "Label") -> forms.CharField:
    return forms.CharField(max_length=longest, label=label, widget=UnfoldAdminTextInputWidget)


def _officer() -> "forms.ModelChoiceField[Officer]":
    return forms.ModelChoiceField(
        Officer.objects.order_by("username"), label=_("Officer"), widget=UnfoldAdminSelectWidget
    )


def _organisation() -> "forms.ModelChoiceField[Any]":
    return forms.ModelChoiceField(
        organisations(), label=_("Organisation"), widget=UnfoldAdminSelectWidget
    )


def _role() -> forms.ChoiceField:
    return forms.ChoiceField(choices=Role.choices, label=_("Role"), widget=UnfoldAdminSelectWidget)


class OfficerForm(ServiceForm):
    """A new officer with a first role."""

    username = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
        label=_("User name"),
        widget=UnfoldAdminTextInputWidget,
    )
    name_zh = _text(60, _("Chinese name"))
    name_en = _text(60, _("English name"))
    organisation = _organisation()
    role = _role()
    language = forms.ChoiceField(
        choices=[("zh-hans", "中文"), ("en", "English")],
        label=_("Language"),
        widget=UnfoldAdminSelectWidget,
    )
    password = forms.CharField(
        label=_("First password"), widget=UnfoldAdminPasswordWidget, strip=False
    )

    class Meta:
        model = Officer
        fields = ()


class OfficerShown(Shown):
    """Those who sign in; nobody is ever deleted, because history names them."""

    role = "security_admin"
    named = (_("Officer"), _("Officers"))
    list_display = ("username", "name_zh", "organisation", "is_active", "demo", "last_login")
    list_filter = ("is_active", "demo")
    list_select_related = ("organisation",)
    search_fields = ("username", "name_zh", "name_en")
    ordering = ("username",)
    shown = (
        "username",
        "name_zh",
        "name_en",
        "organisation",
        "language",
        "is_active",
        "demo",
        "created_at",
        "last_login",
    )
    add_form = OfficerForm
    actions = ("close", "open")

    def create(self, request: HttpRequest, actor: Actor, obj: Any, data: dict[str, Any]) -> Model:
        organisation = data.pop("organisation").code
        return create_officer(facts=OfficerFacts(organisation=organisation, **data), actor=actor)

    @admin.action(description=_("Close the accounts"), permissions=["view"])
    def close(self, request: HttpRequest, queryset: QuerySet[Officer]) -> None:
        self._set_active(request, queryset, active=False)

    @admin.action(description=_("Open the accounts again"), permissions=["view"])
    def open(self, request: HttpRequest, queryset: QuerySet[Officer]) -> None:
        self._set_active(request, queryset, active=True)

    def _set_active(self, request: HttpRequest, rows: QuerySet[Officer], *, active: bool) -> None:
        self.each(
            request,
            rows,
            lambda one, actor: set_active(officer_id=one.pk, active=active, actor=actor),
        )


class MembershipForm(ServiceForm):
    """A role in an organisation, from now on."""

    officer = _officer()
    organisation = _organisation()
    role = _role()

    class Meta:
        model = Membership
        fields = ()


class MembershipShown(Shown):
    """Who has which role where, and since when."""

    role = "security_admin"
    named = (_("Role of an officer"), _("Roles of officers"))
    list_display = ("officer", "role", "organisation", "since", "until")
    list_filter = ("role",)
    list_select_related = ("officer", "organisation")
    search_fields = ("officer__username", "organisation__code")
    ordering = ("officer__username", "-since")
    shown = ("officer", "role", "organisation", "since", "until")
    add_form = MembershipForm
    actions = ("end",)

    def create(self, request: HttpRequest, actor: Actor, obj: Any, data: dict[str, Any]) -> Model:
        return grant_role(
            officer_id=data["officer"].pk,
            organisation=data["organisation"].code,
            role=data["role"],
            actor=actor,
        )

    @admin.action(description=_("End from now on"), permissions=["view"])
    def end(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        self.each(
            request, queryset, lambda one, actor: end_membership(membership_id=one.pk, actor=actor)
        )


class PostForm(ServiceForm):
    """A post in an organisation, from now on."""

    officer = _officer()
    organisation = _organisation()
    post_zh = _text(60, _("Post in Chinese"))
    post_en = _text(60, _("Post in English"))

    class Meta:
        model = PostHolding
        fields = ()


class PostShown(Shown):
    """Who held which post, from when to when."""

    role = "security_admin"
    named = (_("Post held"), _("Posts held"))
    list_display = ("officer", "post_zh", "post_en", "organisation", "since", "until")
    list_select_related = ("officer", "organisation")
    search_fields = ("officer__username", "post_zh", "post_en")
    ordering = ("officer__username", "-since")
    shown = ("officer", "post_zh", "post_en", "organisation", "since", "until")
    add_form = PostForm
    actions = ("end",)

    def create(self, request: HttpRequest, actor: Actor, obj: Any, data: dict[str, Any]) -> Model:
        officer, organisation = data.pop("officer"), data.pop("organisation")
        return hold_post(officer_id=officer.pk, organisation=organisation.code, actor=actor, **data)

    @admin.action(description=_("End from now on"), permissions=["view"])
    def end(self, request: HttpRequest, queryset: QuerySet[PostHolding]) -> None:
        self.each(request, queryset, lambda one, actor: end_post(holding_id=one.pk, actor=actor))


class TokenForm(ServiceForm):
    """For whom the token is."""

    officer = _officer()

    class Meta:
        model = OfficerToken
        fields = ()


class KeyForm(ServiceForm):
    """For which feed the key is."""

    feed_key = _text(64, _("Feed"))

    class Meta:
        model = PartnerKey
        fields = ()


class _Secret(Shown):
    """A credential: its secret is shown once, when it is made."""

    role = "security_admin"
    actions = ("revoke",)

    def tell(self, request: HttpRequest, secret: str) -> None:
        """Show a new secret to whoever asked for it."""
        told = gettext("Write this down, it is not shown again: %(secret)s")
        self.message_user(request, told % {"secret": secret}, messages.WARNING)


class TokenShown(_Secret):
    """Officers' tokens for REST calls."""

    named = (_("Token of an officer"), _("Tokens of officers"))
    list_display = ("officer", "created_at", "revoked_at")
    list_select_related = ("officer",)
    search_fields = ("officer__username",)
    ordering = ("-created_at",)
    shown = ("officer", "created_at", "revoked_at")
    add_form = TokenForm

    def create(self, request: HttpRequest, actor: Actor, obj: Any, data: dict[str, Any]) -> Model:
        self.tell(request, issue_token(officer=data["officer"], actor=actor))
        return OfficerToken.objects.filter(officer=data["officer"]).latest("created_at")

    @admin.action(description=_("Revoke at once"), permissions=["view"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[OfficerToken]) -> None:
        self.each(request, queryset, lambda one, actor: revoke_token(token_id=one.pk, actor=actor))


class KeyShown(_Secret):
    """Keys with which partner agencies deliver."""

    named = (_("Partner key"), _("Partner keys"))
    list_display = ("feed_key", "organisation", "created_at", "revoked_at")
    list_select_related = ("organisation",)
    search_fields = ("feed_key",)
    ordering = ("-created_at",)
    shown = ("feed_key", "organisation", "created_at", "revoked_at")
    add_form = KeyForm

    def create(self, request: HttpRequest, actor: Actor, obj: Any, data: dict[str, Any]) -> Model:
        self.tell(request, issue_partner_key(feed_key=data["feed_key"], actor=actor))
        return PartnerKey.objects.filter(feed_key=data["feed_key"]).latest("created_at")

    @admin.action(description=_("Revoke at once"), permissions=["view"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[PartnerKey]) -> None:
        self.each(
            request, queryset, lambda one, actor: revoke_partner_key(key_id=one.pk, actor=actor)
        )


ADMINS = (
    (Officer, OfficerShown),
    (Membership, MembershipShown),
    (PostHolding, PostShown),
    (OfficerToken, TokenShown),
    (PartnerKey, KeyShown),
)
