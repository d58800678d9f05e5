"""Officers, roles and posts: with since and until, never by one's own hand, always audited."""

from datetime import timedelta

import pytest

from accounts.domain.roster import OfficerFacts
from accounts.models import Membership, Officer, PostHolding
from accounts.selectors import viewer_of
from accounts.services import (
    change_password,
    create_officer,
    end_membership,
    end_post,
    grant_role,
    hold_post,
    load_officers,
    set_active,
)
from audit.domain import SYSTEM, Actor
from audit.models import AuditEntry
from core.clock import fixed, now
from core.errors import NotAllowed, NotFound, Refused, RuleBroken
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ADMIN = Actor("officer", "7", "nieshouan")


def _facts(**changes: str | None) -> OfficerFacts:
    facts: dict[str, str | None] = {
        "username": "newcomer",
        "name_zh": "新人",
        "name_en": "Newcomer",
        "organisation": "BH-FIRE-990102",
        "role": "officer",
        "password": "Wild-Geese-9137",
    }
    return OfficerFacts(**(facts | changes))  # type: ignore[arg-type]


def _acts() -> list[str]:
    return list(
        AuditEntry.objects.filter(actor_id="7").order_by("id").values_list("act", flat=True)
    )


def test_a_new_officer_has_the_role_and_the_post_and_can_sign_in() -> None:
    officer = create_officer(facts=_facts(post_zh="指挥员"), actor=ADMIN)

    viewer = viewer_of(officer)
    assert viewer.roles == {"officer"}
    assert officer.check_password("Wild-Geese-9137")
    assert not officer.demo
    assert officer.posts.get().post_en == "指挥员"
    entry = AuditEntry.objects.get(act="officer.create")
    assert entry.detail == {
        "username": "newcomer",
        "organisation": "BH-FIRE-990102",
        "role": "officer",
    }


def test_without_a_password_there_is_no_signing_in() -> None:
    assert not create_officer(facts=_facts(password=None), actor=ADMIN).has_usable_password()


@pytest.mark.parametrize(
    ("change", "error", "code"),
    [
        ({"organisation": "NOBODY"}, NotFound, "not_found"),
        ({"role": "king"}, RuleBroken, "role_unknown"),
        ({"username": "guoyanshan"}, Refused, "username_taken"),
        ({"username": "a b"}, RuleBroken, "username_malformed"),
        ({"password": "short"}, RuleBroken, "password_weak"),
        ({"password": "newcomer-2026"}, RuleBroken, "password_weak"),
    ],
)
def test_who_cannot_be_created(change: dict[str, str], error: type[Exception], code: str) -> None:
    count = Officer.objects.count()
    with pytest.raises(error, match=code):
        create_officer(facts=_facts(**change), actor=ADMIN)
    assert Officer.objects.count() == count
    assert _acts() == []


def test_a_role_holds_from_the_grant_to_its_end_and_stays_as_history(cast: Cast) -> None:
    officer = cast.officer("other_officer")
    with fixed(now()) as clock:
        granted = grant_role(
            officer_id=officer.pk, organisation="BH-CMD", role="dispatcher", actor=ADMIN
        )
        assert viewer_of(officer).has_role("dispatcher")
        clock.advance(timedelta(hours=1))
        end_membership(membership_id=granted.pk, actor=ADMIN)
        clock.advance(timedelta(seconds=1))

        assert not viewer_of(officer).has_role("dispatcher")
        row = Membership.objects.get(pk=granted.pk)
        assert row.until is not None
        assert row.until - row.since == timedelta(hours=1)
    assert _acts() == ["role.grant", "role.end"]
    with pytest.raises(NotFound):
        end_membership(membership_id=granted.pk, actor=ADMIN)


def test_a_role_that_is_held_is_not_granted_twice(cast: Cast) -> None:
    officer = cast.officer("lead_officer")
    held = officer.memberships.get()

    again = grant_role(
        officer_id=officer.pk, organisation=cast.code("lead_officer"), role="officer", actor=ADMIN
    )

    assert again == held
    assert _acts() == []


def test_an_administrator_gets_no_business_role_and_an_officer_no_administration(
    cast: Cast,
) -> None:
    for who, role in (("system_admin", "officer"), ("lead_officer", "audit_admin")):
        with pytest.raises(RuleBroken, match="roles_conflict"):
            grant_role(
                officer_id=cast.officer(who).pk, organisation="BH-GOV", role=role, actor=ADMIN
            )


def test_nobody_grants_to_themselves(cast: Cast) -> None:
    admin = cast.officer("security_admin")
    own = viewer_of(admin).actor
    membership = admin.memberships.get()
    post = admin.posts.get()
    for act in (
        lambda: grant_role(
            officer_id=admin.pk, organisation="BH-GOV", role="security_admin", actor=own
        ),
        lambda: end_membership(membership_id=membership.pk, actor=own),
        lambda: hold_post(
            officer_id=admin.pk, organisation="BH-GOV", post_zh="x", post_en="x", actor=own
        ),
        lambda: end_post(holding_id=post.pk, actor=own),
        lambda: set_active(officer_id=admin.pk, active=False, actor=own),
    ):
        with pytest.raises(NotAllowed, match="own_grant"):
            act()


def test_a_new_post_ends_the_former_one_there(cast: Cast) -> None:
    officer = cast.officer("lead_officer")
    former = officer.posts.get()
    code = cast.code("lead_officer")

    held = hold_post(
        officer_id=officer.pk, organisation=code, post_zh="队长", post_en="Captain", actor=ADMIN
    )
    same = hold_post(
        officer_id=officer.pk, organisation=code, post_zh="队长", post_en="Captain", actor=ADMIN
    )

    assert same == held
    former.refresh_from_db()
    assert former.until == held.since
    assert officer.posts.filter(until=None).get() == held
    end_post(holding_id=held.pk, actor=ADMIN)
    assert not PostHolding.objects.filter(officer=officer, until=None).exists()
    assert _acts() == ["post.hold", "post.end"]


def test_the_roster_again_creates_nobody_and_leaves_changed_passwords(cast: Cast) -> None:
    officer = cast.officer("lead_officer")
    change_password(officer=officer, password="Grey-Heron-4821", actor=ADMIN)
    row = _facts(username="guoyanshan", name_en="Somebody else", password="egret-demo-2026")

    assert load_officers(officers=[row], actor=SYSTEM) == 0

    officer = cast.officer("lead_officer")
    assert officer.check_password("Grey-Heron-4821")
    assert officer.name_en == "Guo Yanshan"


def test_a_weak_password_changes_nothing(cast: Cast) -> None:
    officer = cast.officer("lead_officer")
    with pytest.raises(RuleBroken, match="password_weak"):
        change_password(officer=officer, password="password", actor=ADMIN)
    assert cast.officer("lead_officer").check_password("egret-demo-2026")
