"""The quarantine desk: who sees and settles which rows, one by one and many at once."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from audit.domain import SYSTEM
from core.ids import uuid7
from integration.models import Record
from integration.services import load_profile, receive
from tests.cast import Cast
from tests.conftest import BINHAI
from tests.integration.domain.samples import lines
from tests.integration.services.conftest import call, push
from tests.integration.ui.waiting import DESK, MANY, SETTLED, open_row, page_of, row_url
from tests.web.pages import visitor


def _fields(**changed: str) -> dict[str, str]:
    """What the row's form sends: every field that is not masked."""
    row = {key: "" if one is None else str(one) for key, one in call("Q1").items()}
    kept = {key: one for key, one in row.items() if key not in ("BJRXM", "BJRDH", "SJLY")}
    return {f"field:{key}": one for key, one in (kept | changed).items()}


def _input(html: str, path: str) -> str:
    """The input of a field with its attributes."""
    return html.split(f'name="field:{path}"')[1].split(">")[0]


@pytest.mark.django_db
def test_waiting_rows_are_grouped_by_what_is_wrong(cast: Cast) -> None:
    push(call("Q1", XZB="N/A"), call("Q2", BJSJ="soon"), call("Q3", BJSJ="late"), call("Q4"))
    html = page_of(visitor(cast, "feed_officer"))
    assert "<b>3</b>All reasons" in html
    assert "<b>2</b>Time cannot be read" in html
    assert "<b>1</b>Not a number" in html
    assert [one for one in ("Q1", "Q2", "Q3", "Q4") if f">{one}<" in html] == ["Q1", "Q2", "Q3"]
    assert "BJSJ is not a time in the form agreed for this feed." in html
    fewer = page_of(visitor(cast, "feed_officer"), f"{DESK}?code=bad_time")
    assert [one for one in ("Q1", "Q2", "Q3") if f">{one}<" in fewer] == ["Q2", "Q3"]
    assert "<b>1</b>Not a number" in fewer


@pytest.mark.django_db
def test_exercises_have_a_list_of_their_own(cast: Cast) -> None:
    push(call("Q1", XZB="N/A"), exercise=True)
    client = visitor(cast, "feed_officer")
    assert ">Q1<" not in page_of(client)
    assert ">Q1<" in page_of(client, f"{DESK}?exercise=1")


@pytest.mark.django_db
def test_a_wrong_filter_is_told(cast: Cast) -> None:
    answer = visitor(cast, "feed_officer").get(f"{DESK}?feed=health")
    assert answer.status_code == 422
    assert "not one of the available choices" in answer.content.decode()


@pytest.mark.django_db
def test_rows_of_another_department_are_nobody_s_business(cast: Cast) -> None:
    push(call("Q1", XZB="N/A"))
    problem = open_row()
    for who in ("other_officer", "lead_officer"):
        client = visitor(cast, who)
        assert ">Q1<" not in page_of(client)
        assert client.get(row_url()).status_code == 404
        assert client.post(row_url(), _fields()).status_code == 404
        discard = reverse("discard_row", args=[problem.pk])
        assert client.post(discard, {"reason": "no"}).status_code == 404
        for act in ("discard", "set", "release"):
            sent = {"act": act, "row": str(problem.pk), "sure": "1", "reason": "no"}
            answer = client.post(MANY, sent, follow=True)
            assert "Choose rows that you may settle" in answer.content.decode()
    assert open_row().settlement == "open"


@pytest.mark.django_db
def test_who_only_watches_sees_the_rows_and_settles_none(cast: Cast) -> None:
    push(call("Q1", XZB="N/A"))
    client = visitor(cast, "city_supervisor")
    html = page_of(client)
    assert ">Q1<" in html
    assert 'name="row"' not in html
    assert 'id="bulk"' not in html
    page = page_of(client, row_url())
    assert "N/A" in page
    assert "field:XZB" not in page
    assert "Only officers of the feed's organisation settle its rows." in page
    assert client.post(row_url(), _fields()).status_code == 403
    discard = reverse("discard_row", args=[open_row().pk])
    assert client.post(discard, {"reason": "no"}).status_code == 403
    assert open_row().settlement == "open"


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["system_admin", "security_admin", "audit_admin"])
def test_administrators_have_no_desk(cast: Cast, who: str) -> None:
    push(call("Q1", XZB="N/A"))
    client = visitor(cast, who)
    for url in (DESK, SETTLED, row_url()):
        assert client.get(url).status_code == 403
    assert client.post(MANY, {"act": "discard", "row": str(open_row().pk)}).status_code == 403


@pytest.mark.django_db
def test_a_key_opens_no_page(cast: Cast) -> None:
    push(call("Q1", XZB="N/A"))
    client = cast.client("partner")
    assert client.get(DESK).status_code == 302
    assert visitor(cast, "stranger").get(row_url()).status_code == 302


@pytest.mark.django_db
def test_a_missing_row_is_a_missing_page(cast: Cast) -> None:
    client = visitor(cast, "feed_officer")
    assert client.get(reverse("quarantined_row", args=[uuid7()])).status_code == 404


@pytest.mark.django_db
def test_the_row_is_a_form_with_the_wrong_field_in_focus(cast: Cast) -> None:
    push(call("Q1", XZB="N/A"))
    html = page_of(visitor(cast, "feed_officer"), row_url())
    assert "autofocus" in _input(html, "XZB")
    assert 'aria-invalid="true"' in _input(html, "XZB")
    assert "autofocus" not in _input(html, "YZB")
    assert "XZB is not a number. Correct it and resend." in html
    # Personal fields are masked and cannot be sent; what is not agreed is named and not shown.
    assert "赵某某" not in html
    assert "13912345678" not in html
    assert "139****5678" in html
    assert "field:BJRDH" not in html
    assert "not shown: SJLY" in html


def test_a_corrected_row_becomes_a_record_with_its_personal_fields(desk: Client) -> None:
    push(call("Q1", XZB="N/A"))
    url = row_url()
    answer = desk.post(f"{url}?code=bad_number", _fields(), follow=True)
    assert answer.redirect_chain == [(f"{DESK}?code=bad_number", 302)]
    assert "Released; the row is a record now." in answer.content.decode()
    record = Record.objects.get(source_id="Q1")
    assert record.lon is not None
    page = desk.get(reverse("record_page", args=[record.key_id])).content.decode()
    assert "139****5678" in page
    settled = page_of(desk, url)
    assert reverse("record_page", args=[record.key_id]) in settled
    assert "field:XZB" not in settled
    assert "Sun Yanbei" in settled


def test_what_is_still_wrong_is_told_at_its_field(desk: Client) -> None:
    push(call("Q1", XZB="N/A"))
    answer = desk.post(row_url(), _fields(BJSJ="tomorrow", SFDZ="新地址"))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "still not right and stays in quarantine" in html
    assert 'aria-invalid="true"' in _input(html, "BJSJ")
    assert "autofocus" in _input(html, "BJSJ")
    assert "aria-invalid" not in _input(html, "XZB")
    assert 'value="tomorrow"' in html
    assert 'value="新地址"' in html
    assert not Record.objects.exists()
    assert ">Q1<" in page_of(desk)


def test_a_forged_personal_field_is_not_taken(desk: Client) -> None:
    push(call("Q1", XZB="N/A"))
    desk.post(row_url(), {**_fields(), "field:BJRDH": "13700000000"})
    record = Record.objects.get()
    page = desk.get(reverse("record_page", args=[record.key_id])).content.decode()
    assert "139****5678" in page


def test_an_unchanged_row_is_tried_once_more(desk: Client) -> None:
    push(call("Q1", JQDJ="9", BJSJ="2026-11-01 12:00:00"))
    unchanged = _fields(BJSJ="2026-11-01 12:00:00", JQDJ="9")
    assert desk.post(row_url(), unchanged).status_code == 422
    document = json.loads((BINHAI / "feeds" / "police110.json").read_text("utf-8"))
    when = {**document["occurred_at"], "form": "%Y-%m-%d %H:%M:%S"}
    load_profile(document={**document, "occurred_at": when}, actor=SYSTEM)
    assert desk.post(row_url(), unchanged, follow=True).status_code == 200
    assert Record.objects.get().source_id == "Q1"


def test_a_row_settled_meanwhile_is_not_settled_again(desk: Client) -> None:
    push(call("Q1", XZB="N/A"))
    url = row_url()
    discard = reverse("discard_row", args=[open_row().pk])
    assert (
        "The row was discarded."
        in desk.post(discard, {"reason": "测试数据"}, follow=True).content.decode()
    )
    again = desk.post(url, _fields())
    assert again.status_code == 409
    assert "This row has been settled already." in again.content.decode()
    twice = desk.post(discard, {"reason": "again"}, follow=True).content.decode()
    assert "This row has been settled already." in twice
    assert not Record.objects.exists()


@pytest.mark.django_db
def test_discarding_needs_a_reason(cast: Cast) -> None:
    push(call("Q1", XZB="N/A"))
    client = visitor(cast, "feed_officer")
    discard = reverse("discard_row", args=[open_row().pk])
    assert (
        "Say why the row is of no use."
        in client.post(discard, {"reason": " "}, follow=True).content.decode()
    )
    assert open_row().settlement == "open"


def test_a_row_that_cannot_be_parsed_is_pasted_whole(desk: Client) -> None:
    body = lines([call("Q1")])[:-2] + b"\n"
    receive(feed_key="police110", body=body, sender=SYSTEM)
    url = row_url()
    html = page_of(desk, url)
    assert "居民楼冒烟" in html
    assert "13912345678" not in html
    assert 'name="row"' in html
    refused = desk.post(url, {"row": '{"JJDBH": "Q1"'})
    assert refused.status_code == 422
    assert "Paste the row as a JSON object" in refused.content.decode()
    assert "{&quot;JJDBH&quot;: &quot;Q1&quot;" in refused.content.decode()
    wrong = desk.post(url, {"row": json.dumps(call("Q1", BJSJ="soon"))})
    assert wrong.status_code == 422
    assert "BJSJ is not a time" in wrong.content.decode()
    assert desk.post(url, {"row": json.dumps(call("Q1"))}).status_code == 302
    assert Record.objects.get().source_id == "Q1"


def test_a_conflict_leads_to_the_stored_record(desk: Client) -> None:
    document = json.loads((BINHAI / "feeds" / "police110.json").read_text("utf-8"))
    fixed = {**document, "key": "fixed", "version": {"rule": "immutable"}}
    load_profile(document=fixed, actor=SYSTEM)
    push(call("Q1"), feed_key="fixed")
    push(call("Q1", JQDJ="4"), feed_key="fixed")
    stored = reverse("record_page", args=[Record.objects.get().key_id])
    assert stored in page_of(desk)
    assert stored in page_of(desk, row_url())


@pytest.mark.django_db
def test_ids_that_are_none_are_nowhere(cast: Cast) -> None:
    answer = visitor(cast, "feed_officer").post(MANY, {"act": "discard", "row": "x"})
    assert answer.status_code == 404


@pytest.mark.django_db
def test_the_desk_walks_on_by_pages(cast: Cast) -> None:
    push(*(call(f"Q{at:03}", XZB="N/A") for at in range(130)))
    client = visitor(cast, "feed_officer")
    first = page_of(client)
    address = first.split('rel="next"')[0].split('href="')[-1].split('"')[0].replace("&amp;", "&")
    second = page_of(client, DESK + address)
    assert (first.count('name="row"'), second.count('name="row"')) == (100, 30)


@pytest.mark.django_db
def test_the_desk_speaks_the_officer_s_language(cast: Cast) -> None:
    push(call("Q1", XZB="N/A"))
    client = visitor(cast, "feed_officer", "zh-hans")
    html = page_of(client)
    for words in ("问题数据处理台", "不是数值", "XZB 不是数值", "弃用", "第 0 行"):
        assert words in html
    assert "更正并放行" in page_of(client, row_url())


@pytest.mark.django_db
def test_markup_in_a_row_stays_text(cast: Cast) -> None:
    push(call("<i>Q1</i>", XZB='"><script>x</script>'))
    client = visitor(cast, "feed_officer")
    for url in (DESK, row_url()):
        html = page_of(client, url)
        assert "<script>x" not in html
        assert "<i>Q1" not in html


def test_the_page_of_a_row_says_how_it_was_settled(desk: Client) -> None:
    push(call("Q1", XZB="N/A"))
    url, problem = row_url(), open_row()
    desk.post(reverse("discard_row", args=[problem.pk]), {"reason": "演示数据"})
    html = page_of(desk, url)
    assert "演示数据" in html
    assert "Discarded" in html
    assert "Correct and release" not in html
