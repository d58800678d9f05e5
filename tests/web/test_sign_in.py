import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import Officer
from audit.models import AuditEntry
from tests.cast import WHO, Cast
from tests.web.pages import visitor

pytestmark = pytest.mark.django_db
PASSWORD = "egret-demo-2026"
USER = WHO["lead_officer"]


def _try(client: Client, username: str, password: str, **more: str) -> tuple[int, str, str]:
    answer = client.post(reverse("sign_in"), {"username": username, "password": password, **more})
    return answer.status_code, answer.get("Location", ""), answer.content.decode()


def test_signing_in_leads_to_the_inbox_in_the_officers_language() -> None:
    Officer.objects.filter(username=USER).update(language="en")
    client = Client()
    status, where, _ = _try(client, USER, PASSWORD)
    assert (status, where) == (302, reverse("inbox"))
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
    assert AuditEntry.objects.filter(act="sign_in", actor_label=USER).count() == 1


def test_unknown_names_and_wrong_passwords_read_the_same() -> None:
    pages = []
    for name in (USER, "nobody-at-all"):
        status, _, html = _try(Client(), name, "wrong")
        assert status == 200
        pages.append(html.replace(name, ""))
    message = "用户名或密码不正确" if "用户名" in pages[0] else "not right"
    assert all(message in html for html in pages)


def test_demo_accounts_need_the_demo() -> None:
    before, settings.DEMO = settings.DEMO, False
    try:
        status, _, _ = _try(Client(), USER, PASSWORD)
    finally:
        settings.DEMO = before
    assert status == 200


@pytest.mark.parametrize("name", [USER, "nobody-at-all"])
def test_five_failures_lock_the_name_out_even_for_the_right_password(name: str) -> None:
    client = Client()
    for _ in range(settings.AXES_FAILURE_LIMIT):
        status, _, _ = _try(client, name, "wrong")
    assert status == 429
    answer = client.post(reverse("sign_in"), {"username": name, "password": PASSWORD})
    assert answer.status_code == 429
    assert answer["Retry-After"] == "1800"
    assert not client.session.get("_auth_user_id")


def test_one_locked_name_locks_no_other() -> None:
    client = Client()
    for _ in range(settings.AXES_FAILURE_LIMIT):
        _try(client, "nobody-at-all", "wrong")
    assert _try(client, USER, PASSWORD)[0] == 302


@pytest.mark.parametrize(
    ("asked", "reached"),
    [
        ("/cases/", "/cases/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_next_is_followed_inside_the_site_alone(asked: str, reached: str) -> None:
    assert _try(Client(), USER, PASSWORD, next=asked)[1] == reached


def test_pages_send_strangers_to_the_sign_in() -> None:
    answer = Client().get(reverse("tasks"))
    assert answer.status_code == 302
    assert answer["Location"] == f"{reverse('sign_in')}?next=/tasks/"


def test_signing_out_takes_a_post(cast: Cast) -> None:
    client = visitor(cast, "lead_officer")
    assert client.get(reverse("sign_out")).status_code == 405
    answer = client.post(reverse("sign_out"))
    assert (answer.status_code, answer["Location"]) == (302, reverse("sign_in"))
    assert client.get(reverse("inbox")).status_code == 302


def test_the_language_switch_stays_on_the_page_and_is_kept(cast: Cast) -> None:
    client = visitor(cast, "lead_officer", "zh-hans")
    answer = client.post(reverse("set_language"), {"language": "en", "next": "/tasks/?state=filed"})
    assert (answer.status_code, answer["Location"]) == (302, "/tasks/?state=filed")
    assert cast.officer("lead_officer").language == "en"
    assert '<html lang="en">' in client.get(reverse("inbox")).content.decode()


def test_the_language_switch_leads_nowhere_else() -> None:
    client = Client()
    answer = client.post(reverse("set_language"), {"language": "xx", "next": "//evil.example"})
    assert answer["Location"] == reverse("inbox")
    assert settings.LANGUAGE_COOKIE_NAME not in client.cookies


def test_the_switch_speaks_each_language_in_its_own_words() -> None:
    html = Client().get(reverse("sign_in")).content.decode()
    assert "中文" in html
    assert "English" in html


def test_the_demo_lists_some_accounts_of_each_role_and_fills_in_the_chosen_one() -> None:
    before, settings.DEMO = settings.DEMO, True
    try:
        html = Client().get(reverse("sign_in")).content.decode()
        chosen = Client().get(reverse("sign_in"), {"as": "<b>", "next": "/cases/"}).content.decode()
    finally:
        settings.DEMO = before
    assert all(WHO[who] in html for who in ("dispatcher", "verifier", "audit_admin"))
    assert html.count("?as=") < 30
    assert 'value="&lt;b&gt;"' in chosen
    assert "&amp;next=/cases/" in chosen


def test_outside_the_demo_no_account_is_named() -> None:
    before, settings.DEMO = settings.DEMO, False
    try:
        html = Client().get(reverse("sign_in"), {"as": USER}).content.decode()
    finally:
        settings.DEMO = before
    assert 'href="?as=' not in html
    assert f'name="username" value="{USER}"' not in html
