"""Tokens and partner keys: shown once, kept as digests, ended at once."""

import json
import time
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django.fixtures import Settings

from accounts.models import Officer, OfficerToken, PartnerKey
from accounts.selectors import officer_by_token, partner_by_key
from accounts.services import (
    issue_partner_key,
    issue_token,
    revoke_partner_key,
    revoke_token,
    set_active,
)
from audit.domain import Actor
from audit.models import AuditEntry
from core.clock import now
from core.errors import NotFound
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ADMIN = Actor("officer", "7", "nieshouan")


def _stored(secret: str) -> bool:
    """Whether the secret itself stands anywhere it should not."""
    with connection.cursor() as cursor:
        for table in ("accounts_officertoken", "accounts_partnerkey", "audit_auditentry"):
            cursor.execute(
                f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s",
                [f"%{secret}%"],
            )
            if cursor.fetchone()[0]:
                return True
    return False


def test_a_token_opens_until_it_is_revoked_and_is_kept_nowhere(cast: Cast) -> None:
    officer = cast.officer("lead_officer")
    secret = issue_token(officer=officer, actor=ADMIN)

    assert officer_by_token(secret) == officer
    assert not _stored(secret)
    revoke_token(token_id=OfficerToken.objects.get().pk, actor=ADMIN)
    assert officer_by_token(secret) is None


def test_a_token_ends_with_the_account(cast: Cast) -> None:
    officer = cast.officer("lead_officer")
    secret = issue_token(officer=officer, actor=ADMIN)

    set_active(officer_id=officer.pk, active=False, actor=ADMIN)

    assert officer_by_token(secret) is None


def test_a_demo_account_opens_nothing_without_the_demo(cast: Cast, settings: Settings) -> None:
    secret = issue_token(officer=cast.officer("lead_officer"), actor=ADMIN)
    settings.DEMO = False
    assert officer_by_token(secret) is None


def test_a_key_belongs_to_one_feed_and_its_organisation() -> None:
    secret = issue_partner_key(feed_key="police110", actor=ADMIN)

    key = partner_by_key(secret)
    assert key is not None
    assert (key.feed_key, key.organisation.code) == ("police110", "BH-PSB")
    assert not _stored(secret)
    revoke_partner_key(key_id=key.pk, actor=ADMIN)
    revoke_partner_key(key_id=key.pk, actor=ADMIN)
    assert partner_by_key(secret) is None
    acts = AuditEntry.objects.filter(actor_id="7").order_by("id").values_list("act", flat=True)
    assert list(acts) == ["partner_key.issue", "partner_key.revoke"]


def test_a_key_revoked_by_another_process_opens_nothing_within_two_seconds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    secret = issue_partner_key(feed_key="police110", actor=ADMIN)
    clock = [time.monotonic()]
    monkeypatch.setattr("core.brief.time.monotonic", lambda: clock[0])
    assert partner_by_key(secret) is not None
    PartnerKey.objects.update(revoked_at=now())  # as another process sees to it
    assert partner_by_key(secret) is not None
    clock[0] += 2.0
    assert partner_by_key(secret) is None


def test_there_is_no_key_for_a_feed_that_is_not_there() -> None:
    with pytest.raises(NotFound):
        issue_partner_key(feed_key="ghost", actor=ADMIN)
    assert not PartnerKey.objects.exists()


def _run(name: str, *args: str, **options: object) -> dict[str, str]:
    out = StringIO()
    call_command(name, *args, json=True, stdout=out, **options)
    answer: dict[str, str] = json.loads(out.getvalue().splitlines()[-1])
    return answer


def test_create_partner_prints_the_key_once() -> None:
    answer = _run("create_partner", "police110")

    assert set(answer) == {"key"}
    assert partner_by_key(answer["key"])
    with pytest.raises(CommandError, match="ghost"):
        _run("create_partner", "ghost")


def test_create_officer_prints_a_token_and_takes_a_password_from_stdin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("Grey-Heron-4821\n"))

    answer = _run(
        "create_officer",
        "newcomer",
        organisation="BH-FIRE",
        role="officer",
        password_stdin=True,
    )

    assert answer["username"] == "newcomer"
    officer = officer_by_token(answer["token"])
    assert officer is not None
    assert officer.check_password("Grey-Heron-4821")


def test_create_officer_refused_leaves_nothing() -> None:
    for organisation, said in (("NOBODY", "NOBODY"), ("BH-FIRE", "taken")):
        with pytest.raises(CommandError, match=said):
            _run("create_officer", "guoyanshan", organisation=organisation, role="officer")
    assert not OfficerToken.objects.exists()
    assert Officer.objects.filter(username="guoyanshan").count() == 1
