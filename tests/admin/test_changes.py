"""What administrators change goes through services, is audited, and keeps secrets."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Officer, OfficerToken, PartnerKey
from accounts.selectors import officer_by_token, partner_by_key, viewer_of
from audit.models import AuditEntry
from city.models import CalendarDay
from city.selectors import categories, organisation
from core.clock import now
from integration.models import FeedProfile
from risk.models import Ruleset
from tests.cast import WHO, Cast
from work.models import WorkItem

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


def _acts() -> list[tuple[str, str]]:
    entries = AuditEntry.objects.filter(actor_kind="officer").order_by("id")
    return list(entries.values_list("actor_label", "act"))


def _act(client: Client, page: str, action: str, *rows: object) -> str:
    """Do an action on chosen rows of a list; the page that follows."""
    chosen = {"action": action, "_selected_action": [str(row) for row in rows]}
    answer = client.post(reverse(f"admin:{page}_changelist"), chosen, follow=True)
    return answer.content.decode()


def _add(client: Client, page: str, **fields: object) -> str:
    answer = client.post(reverse(f"admin:{page}_add"), fields, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_new_officer(sign_in: SignIn) -> None:
    _add(
        sign_in("security_admin"),
        "accounts_officer",
        username="newcomer",
        name_zh="新人",
        name_en="Newcomer",
        organisation=organisation("BH-FIRE").id,
        role="officer",
        language="en",
        password="Grey-Heron-4821",
    )

    officer = Officer.objects.get(username="newcomer")
    assert officer.check_password("Grey-Heron-4821")
    assert viewer_of(officer).roles == {"officer"}
    assert _acts() == [(WHO["security_admin"], "officer.create")]
    assert not LogEntry.objects.exists()


def test_a_refusal_of_the_service_is_told_on_the_form(sign_in: SignIn, cast: Cast) -> None:
    text = _add(
        sign_in("security_admin"),
        "accounts_membership",
        officer=cast.officer("system_admin").pk,
        organisation=organisation("BH-FIRE").id,
        role="officer",
    )

    assert "may not meet" in text
    assert Membership.objects.filter(officer__username=WHO["system_admin"]).count() == 1
    assert _acts() == []


def test_a_security_administrator_grants_nothing_to_themselves(sign_in: SignIn, cast: Cast) -> None:
    own = cast.officer("security_admin")
    client = sign_in("security_admin")

    text = _add(
        client,
        "accounts_membership",
        officer=own.pk,
        organisation=organisation("BH-FIRE").id,
        role="security_admin",
    )
    assert "their own roles" in text
    text = _act(client, "accounts_membership", "end", own.memberships.get().pk)
    assert "their own roles" in text
    assert own.memberships.get().until is None


def test_a_role_is_ended_and_an_account_closed(sign_in: SignIn, cast: Cast) -> None:
    client, officer = sign_in("security_admin"), cast.officer("other_officer")

    _act(client, "accounts_membership", "end", officer.memberships.get().pk)
    _act(client, "accounts_officer", "close", officer.pk)

    assert officer.memberships.get().until is not None
    assert not cast.officer("other_officer").is_active
    assert [act for _, act in _acts()] == ["role.end", "officer.deactivate"]


def test_a_secret_is_shown_once_and_works_until_revoked(sign_in: SignIn, cast: Cast) -> None:
    client = sign_in("security_admin")

    text = _add(client, "accounts_officertoken", officer=cast.officer("lead_officer").pk)
    token = text.partition("not shown again: ")[2].split()[0].partition("<")[0]
    assert officer_by_token(token) == cast.officer("lead_officer")
    text = _add(client, "accounts_partnerkey", feed_key="police110")
    key = text.partition("not shown again: ")[2].split()[0].partition("<")[0]
    assert partner_by_key(key) is not None

    for page, model in (("officertoken", OfficerToken), ("partnerkey", PartnerKey)):
        row = model._default_manager.get()
        address = reverse(f"admin:accounts_{page}_change", args=[row.pk])
        shown = client.get(address).content.decode()
        assert token not in shown
        assert key not in shown
        _act(client, f"accounts_{page}", "revoke", row.pk)
    assert officer_by_token(token) is None
    assert partner_by_key(key) is None


def test_a_key_for_a_feed_that_is_not_there_is_refused(sign_in: SignIn) -> None:
    assert "no feed ghost" in _add(
        sign_in("security_admin"), "accounts_partnerkey", feed_key="ghost"
    )
    assert not PartnerKey.objects.exists()


def test_profiles_are_read_here_and_changed_in_the_workshop_alone(sign_in: SignIn) -> None:
    before = FeedProfile.objects.count()
    client = sign_in("system_admin")
    assert client.get(reverse("admin:integration_feedprofile_changelist")).status_code == 200
    address = reverse("admin:integration_feedprofile_add")
    assert client.get(address).status_code == 403
    assert client.post(address, {"text": "{}"}).status_code == 403
    assert FeedProfile.objects.count() == before


def test_a_ruleset_is_made_active_through_the_service(sign_in: SignIn) -> None:
    first = Ruleset.objects.get(active=True)
    Ruleset.objects.filter(pk=first.pk).update(active=False)
    document = first.document | {"version": first.version + 1}
    Ruleset.objects.create(
        key=first.key,
        version=first.version + 1,
        document=document,
        active=True,
        created_at=now(),
    )

    _act(sign_in("system_admin"), "risk_ruleset", "activate", first.pk)

    assert Ruleset.objects.get(active=True) == first
    assert len(_acts()) == 1


def test_work_that_was_given_up_is_tried_again(sign_in: SignIn) -> None:
    item = WorkItem.objects.create(
        step="associate",
        object_id=uuid4(),
        dead=True,
        attempts=6,
        available_at=now(),
        created_at=now(),
    )

    _act(sign_in("system_admin"), "work_workitem", "try_again", item.pk)

    item.refresh_from_db()
    assert (item.dead, item.attempts) == (False, 0)
    assert _acts() == [(WHO["system_admin"], "work.retry")]


def test_the_calendar_of_next_year_is_entered_by_hand(sign_in: SignIn) -> None:
    client = sign_in("system_admin")

    _add(client, "city_calendarday", day="2027-02-06", name_zh="春节", name_en="Spring Festival")
    held = CalendarDay.objects.get(date="2027-02-06")
    assert (held.working, held.name_en) == (False, "Spring Festival")

    _act(client, "city_calendarday", "remove", "2027-02-06")
    assert not CalendarDay.objects.filter(date="2027-02-06").exists()
    assert [act for _, act in _acts()] == ["calendar.set", "calendar.remove"]


def test_a_category_is_weighed_anew(sign_in: SignIn) -> None:
    address = reverse("admin:city_category_change", args=["noise"])
    fields = {"name_zh": "噪声", "name_en": "Noise", "gravity": "0.35", "family": "fire"}

    sign_in("system_admin").post(address, fields)

    noise = categories()["noise"]
    assert (noise.gravity, noise.family_id) == (0.35, "environment")


def test_what_an_organisation_may_see_is_set(sign_in: SignIn) -> None:
    weather = organisation("BH-MET")
    address = reverse("admin:city_organisation_change", args=[weather.id])
    fields = {"name_zh": "气象局", "name_en": "Weather", "may_see": ["flood", "noise"]}

    sign_in("system_admin").post(address, fields)

    assert set(weather.may_see.values_list("category_id", flat=True)) == {"flood", "noise"}
    assert organisation("BH-MET").name_zh == "气象局"


def test_own_password_is_changed_through_the_service(sign_in: SignIn, cast: Cast) -> None:
    client = sign_in("audit_admin")
    fields = {
        "old_password": "egret-demo-2026",
        "new_password1": "Grey-Heron-4821",
        "new_password2": "Grey-Heron-4821",
    }

    answer = client.post(reverse("admin:password_change"), fields)

    assert answer.status_code == 302
    assert cast.officer("audit_admin").check_password("Grey-Heron-4821")
    assert client.get(reverse("admin:index")).status_code == 200
    assert _acts() == [(WHO["audit_admin"], "password.change")]


def test_signing_out_is_on_record(sign_in: SignIn) -> None:
    client = sign_in("audit_admin")
    client.post(reverse("admin:logout"))
    assert client.get(reverse("admin:index")).status_code == 302
    assert _acts() == [(WHO["audit_admin"], "sign_out")]
