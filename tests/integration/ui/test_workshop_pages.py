"""The workshop's pages by requests: who may open them, what they tell, versions and keys."""

import json
from html.parser import HTMLParser
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Officer
from core.clock import now
from integration.models import Feed, FeedProfile, ProfileDraft, ProfileSwitch
from integration.services import workshop
from tests.cast import Cast
from tests.conftest import BINHAI
from tests.integration.ui.drain_patrol import body, finds
from tests.web.pages import visitor

pytestmark = pytest.mark.django_db
LIST, NEW = "/feeds/connect/", "/feeds/connect/new/"
POLICE = "/feeds/police110/versions/"


def _officer(username: str, language: str = "en") -> Client:
    client = Client()
    client.cookies["egret_language"] = language
    officer = Officer.objects.get(username=username)
    client.force_login(officer, backend="accounts.backends.OfficerBackend")
    return client


def _new(client: Client, **changes: object) -> tuple[int, str]:
    form = {
        "organisation": "BH-WATER",
        "key": "drain_patrol",
        "name_zh": "排水巡查",
        "name_en": "Drain patrols",
        "kind": "event",
        "origin": "patrol",
        "text": body([one.row for one in finds(20, first=1, now=now())]).decode("gb18030"),
        **changes,
    }
    answer = client.post(NEW, form)
    html = client.get(answer["Location"]).content.decode() if answer.status_code == 302 else ""
    return answer.status_code, html or answer.content.decode()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("feed_officer", 200),
        ("system_admin", 200),
        ("security_admin", 403),
        ("audit_admin", 403),
        ("dispatcher", 403),
        ("stranger", 302),
    ],
)
def test_who_may_open_the_workshop(cast: Cast, who: str, status: int) -> None:
    client = visitor(cast, who)
    assert [client.get(url).status_code for url in (LIST, NEW)] == [status, status]


def test_another_department_s_draft_is_a_missing_page(cast: Cast) -> None:
    _new(_officer("baijianwen"))
    draft = ProfileDraft.objects.get()
    for step in ("", "sample/", "document/", "compare/", "gate/", "on/"):
        assert visitor(cast, "feed_officer").get(f"{LIST}{draft.pk}/{step}").status_code == 404
    assert _officer("baijianwen").get(f"{LIST}{draft.pk}/").status_code == 200


def test_a_new_draft_takes_what_its_sample_suggests(cast: Cast) -> None:
    status, html = _new(_officer("baijianwen"))
    assert status == 302
    document = ProfileDraft.objects.get().document
    assert document["position"]["crs"] == "BD-09"
    assert document["occurred_at"]["form"] == "chinese"
    for words in ("CSV", "BD-09", "Nov 20", "As the row says", "Telephone number"):
        assert words in html
    # An administrator sees the shape of what stands in the rows, and nothing that they say.
    draft = ProfileDraft.objects.get()
    hidden = visitor(cast, "system_admin").get(f"{LIST}{draft.pk}/").content.decode()
    assert "已设警示牌" in html
    assert "已设警示牌" not in hidden


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"key": "Drain Patrol"}, "Small letters, digits and underscores only."),
        ({"key": "police110"}, "There is a feed police110 already"),
        ({"key": "connect"}, "small letters"),
        ({"text": ""}, "Choose a file, or paste some rows."),
        ({"organisation": "BH-PSB"}, "eg-fault"),
        ({"kind": ""}, "Please choose."),
        ({"name_en": ""}, "Please fill this in."),
    ],
)
def test_a_start_that_is_refused_says_where(changes: dict[str, object], told: str) -> None:
    status, html = _new(_officer("baijianwen"), **changes)
    assert status == 422
    assert told in html
    assert not ProfileDraft.objects.exists()


def test_a_sample_that_is_too_large_is_told() -> None:
    file = SimpleUploadedFile("big.csv", b"a;b\n" * (workshop.MOST_SAMPLE // 4 + 1))
    status, html = _new(_officer("baijianwen"), text="", file=file)
    assert status == 422
    assert "The file is too large" in html


def _draft_of_police(client: Client) -> ProfileDraft:
    client.post(f"{LIST}start/", {"feed": "police110"})
    return ProfileDraft.objects.latest("made_at")


class _Form(HTMLParser):
    """What a browser would send of the form with an id, untouched."""

    def __init__(self, html: str, form: str) -> None:
        super().__init__()
        self.sent: list[tuple[str, str]] = []
        self.select, self.values, self.chosen = "", [""], ""
        self.feed(html.partition(f'id="{form}"')[2].partition("</form>")[0].partition(">")[2])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "input" and told.get("name"):
            self.sent.append((told["name"], told.get("value", "")))
        elif tag == "select":
            self.select, self.values, self.chosen = told.get("name", ""), [], ""
        elif tag == "option" and self.select:
            self.values.append(told.get("value", ""))
            self.chosen = told["value"] if "selected" in told else self.chosen

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.sent.append((self.select, self.chosen or self.values[0]))
            self.select = ""


@pytest.mark.parametrize("key", ["hotline12345", "gas_iot", "health", "weather_cap"])
def test_the_bench_of_a_feed_sent_as_it_stands_changes_nothing(cast: Cast, key: str) -> None:
    client = visitor(cast, "system_admin")
    client.post(f"{LIST}start/", {"feed": key})
    draft = ProfileDraft.objects.get()
    file = next(iter(sorted((BINHAI / "day" / key).iterdir())))
    with file.open("rb") as sample:
        client.post(f"{LIST}{draft.pk}/sample/", {"file": sample})
    url = f"{LIST}{draft.pk}/"
    html = client.get(url).content.decode()
    assert html.count('class="eg-bench-field') > 5
    assert "eg-missing" not in html
    sent = urlencode([one for one in _Form(html, "fields").sent if one[0] != "csrfmiddlewaretoken"])
    before = draft.document
    client.post(url, sent, content_type="application/x-www-form-urlencoded")
    draft.refresh_from_db()
    assert draft.document == before
    for step in ("sample/", "document/", "compare/", "gate/", "on/", "?rows=problems"):
        assert client.get(f"{url}{step}").status_code == 200


def test_an_overtaken_form_changes_nothing_and_says_so(cast: Cast) -> None:
    client = visitor(cast, "feed_officer")
    draft = _draft_of_police(client)
    answer = client.post(f"{LIST}{draft.pk}/", {"revision": "0"}, follow=True)
    assert "Somebody changed the draft meanwhile" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.revision == 1


def test_an_overtaken_form_keeps_what_was_chosen_in_it(cast: Cast) -> None:
    client = visitor(cast, "feed_officer")
    draft = _draft_of_police(client)
    url = f"{LIST}{draft.pk}/"
    sent = {"revision": "0", "field": ["RS"], "use": ["attribute"], "attribute.of": ["RS"],
            "attribute.name": ["heads"], "attribute.type": ["number"]}  # fmt: skip
    answer = client.post(url, sent)
    html = answer.content.decode()
    assert answer.status_code == 412
    assert "Somebody changed the draft meanwhile" in html
    assert 'value="heads"' in html
    # Sent again, now that the warning was read, it counts.
    fresh = [*_Form(html, "fields").sent]
    fresh = [one for one in fresh if one[0] != "csrfmiddlewaretoken"]
    again = client.post(url, urlencode(fresh), content_type="application/x-www-form-urlencoded")
    assert again.status_code == 302
    draft.refresh_from_db()
    assert {"path": "RS", "name": "heads", "type": "number"} in draft.document["attributes"]


def test_the_document_is_kept_with_its_faults(cast: Cast) -> None:
    client = visitor(cast, "feed_officer")
    draft = _draft_of_police(client)
    url = f"{LIST}{draft.pk}/document/"
    changed = {**draft.document, "occurred_at": {"path": "BJSJ"}, "colour": 1, "attributes": 5}
    sent = {"revision": draft.revision, "document": json.dumps(changed)}
    html = client.post(url, sent, follow=True).content.decode()
    for path in ("occurred_at.form", "colour", "attributes"):
        assert f">{path}<" in html
    for step in ("", "compare/", "gate/", "on/"):
        assert client.get(f"{LIST}{draft.pk}/{step}").status_code == 200
    broken = client.post(url, {"revision": draft.revision, "document": '{\n "a": }'})
    assert broken.status_code == 422
    assert "Line 2, column 7" in broken.content.decode()
    for text in ("[" * 100_000, "[]", '"a"'):
        assert client.post(url, {"revision": "2", "document": text}).status_code == 422


def test_the_comparison_tells_settings_and_rows(cast: Cast) -> None:
    client = visitor(cast, "feed_officer")
    draft = _draft_of_police(client)
    document = {**draft.document, "name_en": "Calls"}
    viewer = cast.viewer("feed_officer")
    workshop.change_draft(viewer=viewer, draft_id=draft.pk, revision=1, document=document)
    html = client.get(f"{LIST}{draft.pk}/compare/").content.decode()
    assert "compared with version 1" in html
    assert ">name_en<" in html
    assert "Without a sample no rows can be compared." in html


def _switched(cast: Cast) -> UUID:
    """Version 2 of the police feed, switched on by the administrator who wrote it."""
    viewer = cast.viewer("system_admin")
    feed = Feed.objects.get(key="police110")
    document = {**FeedProfile.objects.get(feed=feed, version=1).document, "name_en": "Calls"}
    second = FeedProfile.objects.create(
        feed=feed,
        version=2,
        document=document,
        digest="2" * 64,
        created_at=now(),
        origin="workshop",
        made_by=viewer.label,
    )
    Feed.objects.filter(key="police110").update(profile=second)
    return second.pk


def test_versions_are_listed_compared_and_rolled_back(cast: Cast) -> None:
    _switched(cast)
    admin = visitor(cast, "system_admin")
    html = admin.get(f"{POLICE}?from=1&to=2").content.decode()
    assert "From version 1 to 2" in html
    assert ">name_en<" in html
    assert visitor(cast, "feed_officer").get(f"{POLICE}1/").status_code == 403
    refused = admin.post(f"{POLICE}1/", {"reason": " "})
    assert refused.status_code == 422
    done = admin.post(f"{POLICE}1/", {"reason": "codes were wrong"}, follow=True)
    assert "Version 1 is in use again." in done.content.decode()
    assert "codes were wrong" in done.content.decode()
    assert Feed.objects.get(key="police110").profile.version == 1  # type: ignore[union-attr]
    assert admin.get(f"{POLICE}77/").status_code == 404
    assert admin.get(f"{POLICE}?from=x&to=99999999999999").status_code == 200


def test_a_feed_is_switched_off_and_opened_again(cast: Cast) -> None:
    admin = visitor(cast, "system_admin")
    url = "/feeds/police110/switch/"
    assert (
        "switched off"
        in admin.post(url, {"act": "off", "reason": "moving"}, follow=True).content.decode()
    )
    assert not Feed.objects.get(key="police110").active
    assert visitor(cast, "feed_officer").post(url, {"act": "on", "reason": "x"}).status_code == 403
    admin.post(url, {"act": "on", "reason": "moved"})
    assert Feed.objects.get(key="police110").active
    acts = ProfileSwitch.objects.filter(feed__key="police110").values_list("act", flat=True)
    assert {"switched_off", "opened_again"} <= set(acts)


def test_a_key_is_shown_once_and_to_administrators_alone(cast: Cast) -> None:
    url = "/feeds/police110/key/"
    answer = visitor(cast, "system_admin").post(url)
    assert answer["Cache-Control"] == "no-store"
    assert "Api-Key ek" in answer.content.decode()
    assert visitor(cast, "feed_officer").post(url).status_code == 403
    assert visitor(cast, "other_officer").post(url).status_code == 404
    assert visitor(cast, "system_admin").get(url).status_code == 405


def test_a_discarded_draft_says_so_and_lets_nothing_happen(cast: Cast) -> None:
    client = visitor(cast, "feed_officer")
    draft = _draft_of_police(client)
    client.post(f"{LIST}{draft.pk}/discard/", {"revision": draft.revision})
    for step in ("", "sample/", "document/", "compare/", "gate/", "on/"):
        html = client.get(f"{LIST}{draft.pk}/{step}").content.decode()
        assert "This draft was discarded." in html
    assert "Lately settled" in client.get(LIST).content.decode()


def test_the_place_s_tabs_lead_where_the_viewer_may_go(cast: Cast) -> None:
    assert LIST in visitor(cast, "feed_officer").get("/feeds/").content.decode()
    assert LIST not in visitor(cast, "city_supervisor").get("/feeds/").content.decode()
    assert POLICE in visitor(cast, "feed_officer").get("/feeds/police110/").content.decode()
