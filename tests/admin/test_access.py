"""Who sees which part of the administrators' site: every page of it, every role."""

from collections.abc import Callable

import pytest
from django.contrib.admin.utils import label_for_field
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import Membership
from config.admin_site import site

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
ROLES = ("system_admin", "security_admin", "audit_admin")
NO_ADMINISTRATORS = (
    "city_supervisor",
    "district_supervisor",
    "dispatcher",
    "verifier",
    "lead_officer",
    "other_officer",
)
MODELS = {model._meta.label: model for model in site._registry}
CONFIGURATION = {
    "accounts.Membership",
    "accounts.Officer",
    "accounts.OfficerToken",
    "accounts.PartnerKey",
    "accounts.PostHolding",
    "audit.AuditEntry",
    "city.Area",
    "city.CalendarDay",
    "city.Category",
    "city.City",
    "city.Organisation",
    "city.WorkingSpan",
    "departments.Duty",
    "django_q.Schedule",
    "integration.Feed",
    "integration.FeedProfile",
    "integration.PullTarget",
    "risk.Ruleset",
    "work.WorkItem",
}


def _address(model: type[Model], page: str, *args: object) -> str:
    meta = model._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=args)


def test_no_business_data_is_registered() -> None:
    assert set(MODELS) == CONFIGURATION


@pytest.mark.parametrize("role", ROLES)
def test_an_administrator_sees_the_lists_of_the_role_and_no_others(
    sign_in: SignIn, role: str
) -> None:
    client = sign_in(role)
    for model, shown in site._registry.items():
        status = client.get(_address(model, "changelist")).status_code
        assert status == (200 if shown.role == role else 403), (role, model)


@pytest.mark.parametrize("role", ROLES)
def test_a_single_row_is_shown_to_its_role_alone(sign_in: SignIn, role: str) -> None:
    client = sign_in(role)
    for model, shown in site._registry.items():
        row = model._default_manager.first()
        if row is not None:
            status = client.get(_address(model, "change", row.pk)).status_code
            assert status == (200 if shown.role == role else 403), (role, model)


@pytest.mark.parametrize("role", ROLES)
def test_forms_to_add_are_where_a_service_makes_rows(sign_in: SignIn, role: str) -> None:
    client = sign_in(role)
    for model, shown in site._registry.items():
        status = client.get(_address(model, "add")).status_code
        allowed = shown.role == role and shown.add_form is not None
        assert status == (200 if allowed else 403), (role, model)


@pytest.mark.parametrize("role", ROLES)
def test_nothing_can_be_deleted(sign_in: SignIn, role: str) -> None:
    client = sign_in(role)
    for model in site._registry:
        row = model._default_manager.first()
        if row is not None:
            address = _address(model, "delete", row.pk)
            assert client.post(address, {"post": "yes"}).status_code == 403, model
            chosen = {"action": "delete_selected", "_selected_action": str(row.pk), "post": "yes"}
            client.post(_address(model, "changelist"), chosen)
            assert model._default_manager.filter(pk=row.pk).exists(), model


@pytest.mark.parametrize("role", ROLES)
def test_rows_without_a_service_to_change_them_are_frozen(sign_in: SignIn, role: str) -> None:
    client = sign_in(role)
    for model, shown in site._registry.items():
        row = model._default_manager.values().first()
        if row is None or (shown.edit_form is not None and shown.role == role):
            continue
        key = model._meta.pk.attname  # type: ignore[union-attr]
        answer = client.post(_address(model, "change", row[key]), {"name_zh": "改", "key": "x"})
        assert answer.status_code == 403, (role, model)
        assert model._default_manager.filter(pk=row[key]).values().get() == row


@pytest.mark.parametrize("name", NO_ADMINISTRATORS)
def test_officers_with_business_find_no_way_in(sign_in: SignIn, name: str) -> None:
    client = sign_in(name)
    assert client.get(reverse("admin:index")).status_code == 403
    for model in site._registry:
        assert client.get(_address(model, "changelist")).status_code == 403


def test_a_stranger_is_sent_to_the_one_sign_in(sign_in: SignIn) -> None:
    client = sign_in("stranger")
    answer = client.get(reverse("admin:audit_auditentry_changelist"), follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("sign_in"))
    assert "next=" in answer.redirect_chain[-1][0]


def test_a_stranger_is_not_sent_elsewhere_afterwards(sign_in: SignIn) -> None:
    answer = sign_in("stranger").get(reverse("admin:login") + "?next=https://evil.example/&x=1")
    assert answer.status_code == 302
    assert "evil.example/&" not in answer["Location"]


@pytest.mark.parametrize("role", ROLES)
def test_the_index_names_the_parts_of_the_role(sign_in: SignIn, role: str) -> None:
    text = sign_in(role).get(reverse("admin:index")).content.decode()
    for model, shown in site._registry.items():
        assert (_address(model, "changelist") in text) == (shown.role == role), (role, model)


def test_a_role_that_ends_ends_at_once(sign_in: SignIn) -> None:
    client = sign_in("audit_admin")
    address = reverse("admin:audit_auditentry_changelist")
    assert client.get(address).status_code == 200

    Membership.objects.filter(role="audit_admin").update(until="2026-01-01T00:00Z")
    assert client.get(address).status_code == 403


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("role", ROLES)
def test_every_list_speaks_both_languages(sign_in: SignIn, role: str, language: str) -> None:
    client = sign_in(role)
    client.cookies["egret_language"] = language
    for model, shown in site._registry.items():
        if shown.role != role:
            continue
        text = client.get(_address(model, "changelist")).content.decode()
        title = text.partition("<title>")[2].partition("</title>")[0]
        chinese = any("\u4e00" <= char <= "\u9fff" for char in title)
        assert chinese == (language == "zh-hans"), (model, title)


def test_every_column_has_a_chinese_name() -> None:
    with translation.override("zh-hans"):
        for model, shown in site._registry.items():
            for column in {*shown.list_display, *shown.shown}:
                label = str(label_for_field(column, model, shown))
                assert any("\u4e00" <= char <= "\u9fff" for char in label), (model, column)


def test_scripts_run_under_a_policy_that_allows_no_inline_script(sign_in: SignIn) -> None:
    answer = sign_in("audit_admin").get(reverse("admin:index"))
    policy = answer["Content-Security-Policy"]
    scripts = next(part for part in policy.split(";") if part.strip().startswith("script-src"))
    assert "'unsafe-inline'" not in scripts
    assert "http" not in scripts
